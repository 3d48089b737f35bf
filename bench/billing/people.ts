import type { Random } from '../fleet/random.ts';
import { AgentBook } from './agent-book.ts';
import { DAY, MINUTE } from './calendar.ts';
import { CustomerBook } from './customer-book.ts';
import { LineBook } from './line-book.ts';
import type { House } from './open-house.ts';
import { planDocument } from './shop.ts';
import type { Volume } from './volumes.ts';

/** An agent at the top, one below with half of the share, and one with little. */
const AGENTS = [12, 7, 3] as const;
const BY = { actor: 'staff', reason: '' };

/** The tree of agents, the top one first. */
export async function newAgents({ ledger }: House, start: number): Promise<readonly AgentBook[]> {
  const agents: AgentBook[] = [];
  for (const percent of AGENTS) {
    const parent = agents[0];
    const particulars = { kind: 'agent', name: `نماینده ${percent}`, mobile: '' } as const;
    const place = { parentId: parent?.id, commissionPercent: percent };
    const { id } = accepted(await ledger.agents.createAgent({ ...particulars, ...place }, BY, start));
    agents.push(new AgentBook(id, parent, percent));
  }
  return agents;
}

/** Gives a customer to an agent. */
export async function joinAgent({ ledger }: House, customer: CustomerBook, agent: AgentBook, start: number) {
  if (!(await ledger.agents.assignCustomer(customer.id, agent.id, BY, start)))
    throw new Error('not assigned');
  customer.agent = agent;
}

/** A customer with his lines, as the house had them before the year began. */
export async function newCustomer(
  house: House,
  count: number,
  start: number,
  random: Random,
): Promise<CustomerBook> {
  const { ledger } = house;
  const name = `مشترک ${count}`;
  const mobile = `+98912${String(count).padStart(7, '0')}`;
  const empty = { nationalId: '', economicCode: '', phone: '', email: '', postalCode: '', address: '' };
  const particulars = { kind: 'person', name, mobile, ...empty, education: '', bornOn: '' } as const;
  const { id } = accepted(await ledger.people.createCustomer(particulars, BY, start));
  const customer = new CustomerBook(id, random);
  for (let nth = 1; nth <= (count % 10 === 0 ? 2 : 1); nth += 1) {
    const username = `u${count}-${nth}`;
    const hasAddress = count % 4 === 0;
    const firstEnd = start - (count % 5) * DAY - MINUTE;
    const staticIp = hasAddress ? `10.${nth}.${Math.floor(count / 250)}.${count % 250}` : undefined;
    const line = { username, password: 'p', plan: planDocument().plans![0]!.name, staticIp };
    const createdAt = start - 35 * DAY;
    const declared = { ...line, expiresAt: new Date(firstEnd).toISOString() };
    accepted(await ledger.apply({ lines: [declared] }, createdAt));
    accepted(await ledger.people.changeLineContract(username, { customerId: id, county: 'کرج' }, BY, start));
    const { lineId } = (await ledger.line(username))!;
    const planOctets = planDocument().plans![0]!.quota!.octets;
    const volumes = await volumesOf(house, lineId);
    customer.lines.push(
      new LineBook({ username, lineId, hasAddress, firstEnd, createdAt, planOctets, volumes }),
    );
  }
  return customer;
}

/** What a line was declared with belongs to no purchase. */
async function volumesOf(house: House, lineId: number): Promise<Volume[]> {
  const rows = await house.query<{ octets: number; valid_from: number; valid_until: number | null }>(
    `SELECT octets, valid_from, valid_until FROM "grant" WHERE line_id = ${lineId}`,
  );
  return rows.map(({ octets, valid_from: from, valid_until }) => {
    return { kind: 'service', tier: 0, octets, used: 0, from, until: valid_until ?? undefined };
  });
}

/** The value of what cannot be refused; throws where it is. */
export function accepted<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
