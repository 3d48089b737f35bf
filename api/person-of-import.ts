import { TAKEN_OVER } from '../engine/orders/taken-over.ts';
import { nameKey } from '../engine/subscribers/check-customer.ts';
import type { Customer } from '../engine/subscribers/customer.ts';
import type { PeopleStore } from '../engine/subscribers/people-store.ts';

/** What another system tells of a person by whom they are known; '' where it does not tell. */
export interface ToldPerson {
  readonly name: string;
  /** As it is stored. */
  readonly nationalId: string;
}

/** Who a person of an import is here. */
export type FoundPerson =
  | { readonly kind: 'known'; readonly customerId: number }
  /** Nobody yet, but a national id or a line of nobody tells who they will be when they come again. */
  | { readonly kind: 'new' }
  /** Their line is that of somebody else. */
  | { readonly kind: 'stranger'; readonly username: string; readonly customerId: number }
  /** There is neither a national id nor a line of theirs: who comes again could not be told from somebody new. */
  | { readonly kind: 'nobody' };

/** Rows of the audit trail that are read at a time. */
const TRAIL_PAGE = 500;

/** Finds who a person is: by national id, else by the first of their lines that is here. */
export async function findPerson(
  people: PeopleStore,
  told: ToldPerson,
  usernames: Iterable<string>,
): Promise<FoundPerson> {
  const { nationalId } = told;
  const hasId = nationalId !== '';
  const [holder] = hasId ? await people.findCustomers({ nationalId, limit: 1 }) : [];
  if (holder !== undefined) return { kind: 'known', customerId: holder.id };
  for (const username of usernames) {
    const line = await people.customerLine(username);
    if (line === undefined) continue;
    const { customerId } = line;
    if (customerId === undefined) return { kind: 'new' };
    const owner = await people.customer(customerId);
    if (owner !== undefined && (await isSame(people, told, owner, username))) {
      return { kind: 'known', customerId };
    }
    return hasId ? { kind: 'new' } : { kind: 'stranger', username, customerId };
  }
  return { kind: hasId ? 'new' : 'nobody' };
}

/** Those of a person's lines that are somebody else's. */
export async function linesOfOthers(
  people: PeopleStore,
  told: ToldPerson,
  usernames: readonly string[],
): Promise<string[]> {
  const found = await findPerson(people, told, usernames);
  const own = found.kind === 'known' ? found.customerId : undefined;
  const others: string[] = [];
  for (const username of usernames) {
    const owner = (await people.customerLine(username))?.customerId;
    if (owner !== undefined && owner !== own) others.push(username);
  }
  return others;
}

/** A username that two systems have both is no proof: the names must agree, or an import has told of the two before. */
async function isSame(
  people: PeopleStore,
  { name, nationalId }: ToldPerson,
  owner: Customer,
  username: string,
): Promise<boolean> {
  if (nationalId !== '' && owner.nationalId !== '' && nationalId !== owner.nationalId) return false;
  const key = nameKey(name);
  if (key !== '' && key === nameKey(owner.name)) return true;
  return wasImported(people, username, owner.id);
}

/** Whether an import gave the line to its owner, whose name may have been changed since. */
async function wasImported(people: PeopleStore, username: string, ownerId: number): Promise<boolean> {
  let before: number | undefined;
  while (true) {
    const page = await people.auditTrail({ subject: `line:${username}`, limit: TRAIL_PAGE, before });
    if (page.some((row) => row.reason === TAKEN_OVER && row.after?.customerId === ownerId)) return true;
    if (page.length < TRAIL_PAGE) return false;
    before = page.at(-1)!.id;
  }
}
