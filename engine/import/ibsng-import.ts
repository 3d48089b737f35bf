import type { PlanDeclaration } from '../subscribers/provisioning.ts';
import { DAY_MS, SECOND_MS } from '../values/instant.ts';
import { PlanBuilder } from './build-plan.ts';
import { type CreditFact, readCredit } from './ibsng-credit.ts';
import { type ChargeRule, IBSNG_TABLES, IbsngTables, type IbsngUser } from './ibsng-tables.ts';
import { leftOutOf, lineOfIbsngUser, radiusAttributes, type Told, toldOf } from './ibsng-user.ts';
import { type ImportOptions, type ImportPlan, UnreadableFile } from './import-plan.ts';
import { planFacts } from './radius-facts.ts';
import { readSqlDump } from './sql-dump.ts';

const OCTETS_OF_KILOBYTE = 1_024;
const BITS = 8;
const BITS_OF_KBIT = 1_000;

/**
 * Reads a PostgreSQL dump of IBSng: a line for each internet user, a plan for each group.
 * @param file its name, for people. @throws UnreadableFile when it holds no user.
 */
export async function importIbsng(
  chunks: AsyncIterable<string>,
  options: ImportOptions,
  file: string,
): Promise<ImportPlan> {
  const tables = new IbsngTables();
  const builder = new PlanBuilder(options, 'drop');
  for await (const row of readSqlDump(chunks, IBSNG_TABLES)) {
    if (row.fault === undefined) tables.add(row);
    else builder.reject({ source: `${file}:${row.table}#${row.row}`, reason: row.fault, raw: {} });
  }
  if (tables.users.size === 0) throw new UnreadableFile('the file has no row of users or normal_users');
  for (const user of tables.users.values()) addUser(user, tables, builder, options, `${file}:${user.place}`);
  return builder.finish();
}

function addUser(
  user: IbsngUser,
  tables: IbsngTables,
  builder: PlanBuilder,
  options: ImportOptions,
  source: string,
): void {
  const group = tables.groups.get(user.groupId);
  const told = toldOf(user, group);
  const rules = tables.rules.get(told('normal_charge'));
  const credit = readCredit(user.credit, rules, options);
  const inFile = group?.name ?? '';
  const line = lineOfIbsngUser(user, told, group, credit, source);
  const name = builder.nameOf(inFile);
  if (name !== '') {
    const plan = planOfGroup(name, toldOf({ attrs: new Map() }, group), told, tables, credit, options);
    if (builder.planOf(name) === undefined) builder.addPlan(plan);
    if (line.faults.length === 0 && builder.planOf(name)?.quota?.octets === 1) {
      builder.warn(
        `plan ${name} has no volume of its own, only its lines' credit: declare the one you sell`,
        source,
      );
    }
  }
  if (line.faults.length === 0) for (const words of leftOutOf(user, told)) builder.warn(words, source);
  if (credit.kind === 'none' && options.credit === 'by-charge' && Number(user.credit) > 0) {
    builder.warn('credit of users whose charge costs nothing is left out', source);
  }
  builder.addLine(line);
}

/** The plan of a group. One whose users live on their credit has the least volume there is; their credit comes beside it. */
function planOfGroup(
  name: string,
  group: Told,
  user: Told,
  tables: IbsngTables,
  credit: CreditFact,
  options: ImportOptions,
): PlanDeclaration {
  const seconds = Number(group('rel_exp_date') || 0);
  const quota = periodicQuota(user, options) ?? creditQuota(credit, options);
  const charge = group('normal_charge') || user('normal_charge');
  const facts = planFacts(radiusAttributes(group));
  const speed = facts.speed ?? speedOf(tables.rules.get(charge) ?? [], tables);
  const pool = facts.pool ?? tables.pools.get(group('ippool'));
  return {
    name,
    days: seconds > 0 ? Math.max(1, Math.round((seconds * SECOND_MS) / DAY_MS)) : options.termDays,
    ...(quota && { quota }),
    ...(speed && { speed }),
    ...(pool && { pool }),
  };
}

/** Credit that cannot be told in octets must not become a service without a limit. */
function creditQuota({ kind }: CreditFact, { charge }: ImportOptions): PlanDeclaration['quota'] {
  return kind === 'volume' || kind === 'unclear' ? { octets: 1, charge } : undefined;
}

/** IBSng's periodic accounting of traffic: octets a month or a day, counted anew. */
function periodicQuota(told: Told, { charge }: ImportOptions): PlanDeclaration['quota'] {
  for (const [per, word] of [
    ['month', 'monthly'],
    ['day', 'daily'],
  ] as const) {
    const octets = Number(told(`traffic_periodic_accounting_${word}_limit`) || 0);
    if (Number.isSafeInteger(octets) && octets > 0) return { octets, charge, per };
  }
  return undefined;
}

/** The speed of the first rule that tells one: by its leaves of the bandwidth manager, else by its own limit. */
function speedOf(rules: readonly ChargeRule[], { leafKbps }: IbsngTables): PlanDeclaration['speed'] {
  for (const { upLeaf, downLeaf, limitKilobytes } of rules) {
    const downKbps = leafKbps.get(downLeaf) || leafKbps.get(upLeaf);
    const upKbps = leafKbps.get(upLeaf) || downKbps;
    if (downKbps && upKbps) return { downKbps, upKbps };
    if (limitKilobytes > 0) {
      const kbps = Math.round((limitKilobytes * OCTETS_OF_KILOBYTE * BITS) / BITS_OF_KBIT);
      return { downKbps: kbps, upKbps: kbps };
    }
  }
  return undefined;
}
