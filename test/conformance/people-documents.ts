import { expect, it } from 'vitest';
import { WAITING_DOCUMENTS_MAX } from '../../engine/subscribers/document.ts';
import { NOW } from '../engine/subscribers/people-samples.ts';
import { BY, day, okValue, type PeopleWorld } from './people-world.ts';

type GetWorld = () => PeopleWorld;

const GRACE_DAYS = 7;

/** What every ledger promises about documents. */
export function peopleDocumentTests(world: GetWorld): void {
  pictures(world);
  reviews(world);
  deadlines(world);
  moves(world);
  pages(world);
  messages(world);
}

/** Lines that an enforcement suspended. */
async function enforce(world: PeopleWorld, at: number, limit = 100): Promise<readonly string[]> {
  return (await world.people.enforceDocuments(GRACE_DAYS, at, limit)).suspendedLines;
}

function pictures(world: GetWorld): void {
  it('gives a picture back to the octet, and lists without it', async () => {
    const { people } = world();
    const owner = await world().customer({ name: 'عکس' });
    const content = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
    const upload = {
      ...({ customerId: owner.id, type: 'national-card', fileName: 'کارت.jpg' } as const),
      ...{ mediaType: 'image/jpeg', content },
    };
    const stored = okValue(await people.addDocument(upload, BY, NOW));
    expect(stored).toEqual({
      ...{ id: expect.any(Number), customerId: owner.id, type: 'national-card', fileName: 'کارت.jpg' },
      ...{ mediaType: 'image/jpeg', octets: 70_000, state: 'waiting', uploadedBy: 'sara', uploadedAt: NOW },
      review: undefined,
    });
    expect(await people.document(stored.id)).toEqual(stored);
    expect(await people.documentsOf(owner.id)).toEqual([stored]);
    const picture = await people.picture(stored.id);
    expect(picture!.mediaType).toBe('image/jpeg');
    expect(Buffer.from(picture!.content).equals(Buffer.from(content))).toBe(true);
    expect(await people.waitingDocuments(10)).toEqual([stored]);
    expect(await people.waitingDocuments(10, stored.id)).toEqual([]);
    expect([await people.picture(987_654), await people.document(987_654)]).toEqual([undefined, undefined]);
    const nobodys = await people.addDocument({ ...upload, customerId: 987_654 }, BY, NOW);
    expect(nobodys).toEqual({ ok: false, error: 'no-such-customer' });
    const [trail] = await people.auditTrail({ subject: `customer:${owner.id}`, limit: 1 });
    expect(trail).toMatchObject({
      action: 'document.upload',
      after: { document: stored.id, octets: 70_000 },
    });
  });

  it('takes no more than a reviewer can see', async () => {
    const owner = await world().customer({ name: 'فراوان' });
    const upload = {
      ...({ customerId: owner.id, type: 'lease', fileName: '' } as const),
      ...{ mediaType: 'image/jpeg', content: new Uint8Array(3) },
    };
    const add = () => world().people.addDocument(upload, BY, NOW);
    const ends = await Promise.all(Array.from({ length: WAITING_DOCUMENTS_MAX + 2 }, add));
    expect(ends.filter(({ ok }) => ok)).toHaveLength(WAITING_DOCUMENTS_MAX);
    expect(await add()).toEqual({ ok: false, error: 'too-many-waiting' });
    const [first] = await world().people.documentsOf(owner.id);
    await world().people.reviewDocument(
      { documentId: first!.id, verdict: 'approved', note: '', actor: 'reza' },
      NOW,
    );
    expect(await add()).toMatchObject({ ok: true });
  });
}

function reviews(world: GetWorld): void {
  it('notes who said what when, once', async () => {
    const { people } = world();
    const owner = await world().customer({ name: 'بازبینی' });
    await world().verdict(owner, 'lease', 'rejected', day(1));
    const [document] = await people.documentsOf(owner.id);
    expect(document).toMatchObject({
      state: 'rejected',
      review: { by: 'reza', at: day(1), note: 'unreadable' },
    });
    const again = (verdict: 'approved' | 'rejected', at: number) =>
      people.reviewDocument({ documentId: document!.id, verdict, note: '', actor: 'ali' }, at);
    expect(await again('rejected', day(5))).toEqual({ ok: false, error: 'already-reviewed' });
    expect(await people.documentStanding(owner.id, GRACE_DAYS, day(5))).toEqual({
      state: 'in-grace',
      deadline: day(1 + GRACE_DAYS),
      missing: ['lease'],
    });
    expect(await again('approved', day(5))).toMatchObject({ ok: true, value: { resumedLines: [] } });
    expect(await people.documentStanding(owner.id, GRACE_DAYS, day(50))).toEqual({ state: 'complete' });
    const nothing = { documentId: 987_654, verdict: 'approved', note: '', actor: '' } as const;
    expect(await people.reviewDocument(nothing, NOW)).toEqual({ ok: false, error: 'no-such-document' });
  });
}

function deadlines(world: GetWorld): void {
  it('suspends all lines at the end of the week, and brings them back with the last approval', async () => {
    const { people } = world();
    const owner = await world().customer({ name: 'مهلت' });
    await world().lines(['d1', 'd2', 'd3'], owner);
    await people.suspendLine('d2', { cause: 'staff', actor: 'sara', reason: '' }, NOW);
    await people.resumeLine('d3', { cause: 'staff', actor: 'sara', reason: '' }, NOW);
    await world().verdict(owner, 'national-card', 'rejected', day(1));
    await world().verdict(owner, 'lease', 'rejected', day(4));
    await world().verdict(owner, 'national-card', 'rejected', day(6));
    await world().outbox();
    expect(await enforce(world(), day(1 + GRACE_DAYS) - 1)).toEqual([]);
    expect(await enforce(world(), day(1 + GRACE_DAYS))).toEqual(['d1', 'd3']);
    expect(await world().outbox()).toEqual(['line d1', 'line d3']);
    expect(await world().causes('d2')).toEqual(['staff', 'documents']);
    expect(await people.enforceDocuments(GRACE_DAYS, day(9), 100)).toEqual({
      customers: 0,
      suspendedLines: [],
    });
    expect(await world().verdict(owner, 'national-card', 'approved', day(9))).toEqual([]);
    expect(await world().status('d1')).toBe('suspended');
    expect(await world().verdict(owner, 'lease', 'approved', day(10))).toEqual(['d1', 'd3']);
    expect([await world().status('d1'), await world().status('d2')]).toEqual(['active', 'suspended']);
    expect(await world().causes('d2')).toEqual(['staff']);
    expect(await world().outbox()).toEqual(['line d1', 'line d3']);
    expect(await enforce(world(), day(40))).toEqual([]);
  });

  it('holds a line that somebody made active again, or that came later, to the same', async () => {
    const owner = await world().customer({ name: 'گریز' });
    await world().lines(['e1'], owner);
    await world().verdict(owner, 'lease', 'rejected', NOW);
    expect(await enforce(world(), day(8))).toEqual(['e1']);
    await world().ledger.setStatus('e1', { status: 'active', reason: '', actor: 'staff' }, day(8));
    await world().lines(['e2'], owner);
    expect(await enforce(world(), day(8))).toEqual(['e1', 'e2']);
    okValue(await world().people.changeLineContract('e2', { customerId: null }, BY, day(8)));
    expect([await world().status('e1'), await world().status('e2')]).toEqual(['suspended', 'active']);
    expect(await enforce(world(), day(8))).toEqual([]);
  });

  it('lets no approval be overtaken by an enforcement', async () => {
    for (let round = 0; round < 6; round += 1) {
      const owner = await world().customer({ name: `هم‌زمان ${round}` });
      await world().lines([`race${round}`], owner);
      await world().verdict(owner, 'lease', 'rejected', NOW);
      await Promise.all([enforce(world(), day(8)), world().verdict(owner, 'lease', 'approved', day(8))]);
      expect(await world().status(`race${round}`)).toBe('active');
      expect(await world().causes(`race${round}`)).toEqual([]);
    }
  });
}

function moves(world: GetWorld): void {
  it('suspends no line that goes to somebody else meanwhile', async () => {
    const other = await world().customer({ name: 'خریدار' });
    for (let round = 0; round < 6; round += 1) {
      const owner = await world().customer({ name: `فروشنده ${round}` });
      const username = `moved${round}`;
      await world().lines([username], owner);
      await world().verdict(owner, 'lease', 'rejected', NOW);
      const move = world().people.changeLineContract(username, { customerId: other.id }, BY, day(8));
      await Promise.all([enforce(world(), day(8)), move]);
      expect(await world().status(username)).toBe('active');
    }
  });
}

function pages(world: GetWorld): void {
  it('is enforced page by page, and no page twice', async () => {
    for (let index = 0; index < 5; index += 1) {
      const owner = await world().customer({ name: `صف ${index}` });
      await world().lines([`p${index}`], owner);
      await world().verdict(owner, 'phone-bill', 'rejected', day(-10));
    }
    const seen: string[] = [];
    for (const customers of [2, 2, 1, 0]) {
      const done = await world().people.enforceDocuments(GRACE_DAYS, NOW, 2);
      expect(done.customers).toBe(customers);
      seen.push(...done.suspendedLines);
    }
    expect(seen).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
  });
}

function messages(world: GetWorld): void {
  it('tells who has a mobile of each rejection and once of the end, in the same transaction', async () => {
    const owner = await world().customer({ name: 'پیام', mobile: '09121234567' });
    await world().lines(['told1', 'told2'], owner);
    await world().verdict(owner, 'lease', 'rejected', NOW);
    await world().verdict(owner, 'national-card', 'rejected', day(2));
    expect(await enforce(world(), day(7))).toEqual(expect.arrayContaining(['told1', 'told2']));
    await world().verdict(owner, 'student-card', 'rejected', day(9));
    const filter = { limit: 10, offset: 0, receivedOnly: false };
    const { messages: told } = await world().ledger.messages.ofCustomer(owner.id, filter);
    expect(told.map(({ content }) => content)).toEqual([
      { kind: 'document-suspended', params: {} },
      { kind: 'document-rejected', params: { document: 'کارت ملی', deadline: day(7) } },
      { kind: 'document-rejected', params: { document: 'اجاره‌نامه', deadline: day(7) } },
    ]);
  });
  it('tells of the end also whose lines are all off already, as they stay so', async () => {
    const owner = await world().customer({ name: 'مکث', mobile: '09121234567' });
    await world().lines(['off1'], owner);
    await world().people.suspendLine('off1', { cause: 'pause', actor: 'u', reason: '' }, NOW);
    await world().verdict(owner, 'lease', 'rejected', NOW);
    for (const after of [7, 8]) await enforce(world(), day(after));
    const filter = { limit: 10, offset: 0, receivedOnly: false };
    const { messages: told } = await world().ledger.messages.ofCustomer(owner.id, filter);
    expect(told.map(({ content }) => content.kind)).toEqual(['document-suspended', 'document-rejected']);
  });
}
