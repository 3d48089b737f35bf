import { describe, expect, it } from 'vitest';
import { applyImport } from '../../../../api/cli/import/apply-import.ts';
import { checkedPlan } from '../../../../api/cli/import/check-plan.ts';
import type { ImportServer } from '../../../../api/cli/import/import-server.ts';
import type { PersonOfImport } from '../../../../engine/import/batches.ts';
import { importCsv } from '../../../../engine/import/csv-import.ts';
import { defaultOptions, type ImportPlan } from '../../../../engine/import/import-plan.ts';
import { previewOf } from '../../../../engine/import/preview.ts';
import { fail, ok } from '../../../../engine/values/result.ts';
import { importBody } from '../../../../schemas/http/import.ts';
import { chunksOf } from '../../../engine/import/chunks.ts';

const AS_OF = Date.UTC(2026, 10, 21, 7, 30);
const knownPlans = [{ name: 'p5', days: 30 }];
const HEADER = 'username,plan,credit,name,national id\n';

async function checked(rows: readonly string[]): Promise<ImportPlan> {
  const text = `${HEADER}${rows.join('\n')}\n`;
  const plan = await importCsv(chunksOf(text, 4_096), { ...defaultOptions(AS_OF), knownPlans }, 'users.csv');
  return checkedPlan(plan, ['p5']);
}

const reasonsOf = ({ rejected }: ImportPlan) => rejected.map(({ source, reason }) => `${source} ${reason}`);

describe('a plan is checked as the server will', () => {
  it('rejects a row of a credit that no wallet takes, and it alone', async () => {
    const plan = await checked(['u1,p5,400000000000000,Ali,', 'u2,p5,5,Sara,']);
    expect(reasonsOf(plan)).toEqual([
      'users.csv:2 openingCredit must be a whole number from 0 to 300000000000000',
    ]);
    expect(previewOf(plan, new Set(), AS_OF).credit).toEqual({ customers: 1, rial: 5 });
  });

  it('rejects all rows of a national id whose credits come to too much together', async () => {
    const rows = [1, 2, 3].map((n) => `u${n},p5,150000000000000,Ali,0013542419`);
    const plan = await checked([...rows, 'u4,p5,5,Sara,']);
    const words =
      'of all rows of this customer, openingCredit must be a whole number from 0 to 300000000000000';
    expect(reasonsOf(plan)).toEqual([2, 3, 4].map((line) => `users.csv:${line} ${words}`));
    expect(plan.customers.map(({ name }) => name)).toEqual(['Sara']);
  });

  it('takes the credit of a rejected row from its customer', async () => {
    const plan = await checked(['u1,p5,7,Ali,0013542419', 'u2,p5,400000000000000,Ali,0013542419']);
    expect(reasonsOf(plan)).toHaveLength(1);
    expect(plan.customers).toMatchObject([{ openingCredit: 7 }]);
  });

  it('sums up credits beyond every exact number', async () => {
    const huge = ['u1,p5,9007199254740991,Ali,0013542419', 'u2,p5,9007199254740991,Ali,0013542419'];
    const many = Array.from({ length: 40 }, (_, n) => `m${n},p5,300000000000000,Ali,`);
    const plan = await checked([...huge, ...many]);
    expect(reasonsOf(plan)[0]).toContain('come to no amount of money');
    expect(previewOf(plan, new Set(), AS_OF).credit).toEqual({ customers: 40, rial: 12e15 });
  });
});

/** A server that refuses customers of a name, and whose answer tells what it took. */
function serverOf(refused: string, bodies: object[]): ImportServer {
  return {
    plans: async () => ok([]),
    apply: async () => ok(undefined),
    knownLines: async () => ok([]),
    linesOfOthers: async () => ok([]),
    people: async (body) => {
      const { customers, lines } = importBody.parse(body);
      const at = customers.findIndex(({ name }) => name === refused);
      const fault = `customers[${at}].name: is wrong`;
      if (at >= 0) return fail({ kind: 'refused', lines: [fault] });
      bodies.push(body);
      const contracts = customers.reduce((sum, each) => sum + each.lines.length, lines.length);
      return ok({ customers: 0, known: customers.length, contracts, credits: 0, services: 0, faults: [] });
    },
  };
}

describe('people are applied', () => {
  const apply = async (rows: readonly string[], refused = '') => {
    const bodies: { customers?: PersonOfImport[] }[] = [];
    const server = serverOf(refused, bodies);
    const done = await applyImport(await checked(rows), [], new Set(), server, () => undefined);
    if (!done.ok) throw new Error(done.error.lines.join());
    return { ...done.value, bodies };
  };

  it('without those whom the server will not read, which is told', async () => {
    const rows = ['u1,p5,1,Ali,', 'u2,p5,1,Bad,', 'u3,p5,1,Sara,', 'u4,p5,,,'];
    const { lines, people, faults, bodies } = await apply(rows, 'Bad');
    expect(lines).toHaveLength(4);
    expect(people).toMatchObject({ known: 2, contracts: 3 });
    expect(faults).toEqual(['customer Bad of line u2 is left out: name is wrong']);
    expect(bodies[0]?.customers?.map(({ name }) => name)).toEqual(['Ali', 'Sara']);
  });

  it('in several calls where one has more lines than a call takes, with their credit once', async () => {
    const rows = Array.from({ length: 2_100 }, (_, n) => `u${n},p5,1,Ali,0013542419`);
    const { people, bodies } = await apply([...rows, 'v1,p5,1,Sara,']);
    expect(people).toMatchObject({ known: 2, contracts: 2_101 });
    const sent = bodies.flatMap(({ customers = [] }) =>
      customers.map(({ name, openingCredit, lines }) => [name, openingCredit, lines.length]),
    );
    expect(sent).toEqual([
      ['Ali', 2_100, 1_000],
      ['Sara', 1, 1],
      ['Ali', 0, 1_000],
      ['Ali', 0, 100],
    ]);
  });
});
