import { describe, expect, it } from 'vitest';
import { demoDocument } from '../../../engine/demo/demo-document.ts';
import { demoPeople } from '../../../engine/demo/demo-people.ts';
import { checkCustomer, checkLineContract } from '../../../engine/subscribers/check-customer.ts';

const NOW = Date.UTC(2026, 10, 21);

describe('the people of the demo', () => {
  const people = demoPeople(demoDocument('a-secret', 3799).lines!);

  it('are one for each line, each with particulars that nobody would refuse', () => {
    expect(people).toHaveLength(20);
    for (const { particulars, contract } of people) {
      const checked = checkCustomer(particulars, NOW);
      expect(checked).toMatchObject({ ok: true, value: { warnings: [], particulars } });
      expect(checkLineContract(contract)).toEqual({ ok: true, value: contract });
    }
  });

  it('have national ids of their own', () => {
    expect(new Set(people.map(({ particulars }) => particulars.nationalId)).size).toBe(20);
  });
});
