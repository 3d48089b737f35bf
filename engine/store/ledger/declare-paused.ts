import { sql } from 'kysely';
import { planAt } from '../../catalog/plan-history.ts';
import { settingsAt } from '../../orders/house-settings.ts';
import { daysAhead } from '../../orders/pause-line.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import { declaredEnd } from '../../subscribers/declare-line.ts';
import { beginReserve, presentDeclaration } from '../../subscribers/declare-reserve.ts';
import type { LineRecord } from '../../subscribers/line-record.ts';
import type { LineDeclaration } from '../../subscribers/provisioning.ts';
import { readInstant } from '../../subscribers/read-instant.ts';
import type { Instant } from '../../values/instant.ts';
import { daysLater } from '../../values/jalali.ts';
import type { LedgerDb } from './database.ts';
import { endPauseOf, pausesOfService } from './life/pauses.ts';
import { readLineServices } from './line-services.ts';
import { holdLine } from './line-status.ts';
import type { KnownLedger } from './load-known.ts';
import { readLines, usernameIn } from './read-lines.ts';
import { lineRecordOf } from './rows.ts';

/** What lines are declared to be, and what is known of them, once their pauses are reckoned with. */
export interface PresentLines {
  readonly lines: readonly LineDeclaration[];
  readonly known: KnownLedger;
  /** Usernames of lines whose pause the declarations have ended. */
  readonly resumed: readonly string[];
}

/** What a document is applied with. */
interface Declaring {
  readonly tx: LedgerDb;
  readonly secrets: SecretBox;
  readonly actor: string;
  readonly now: Instant;
}

interface OpenPause {
  readonly line_id: number;
  readonly username: string;
  readonly service_id: number;
}

/**
 * The declarations of lines as they are to be read while some of them are paused. Who declares a paused line active or
 * closed, or its service over, ends the pause. Another end is meant as of now: the days that have gone by of the pause are
 * in it, and those still to come are put behind it, of which `endPause` takes back what does not.
 * @param known what is stored, its lines held. @param plans as they are once the document is applied.
 */
export async function presentPaused(
  declaring: Declaring,
  lines: readonly LineDeclaration[],
  known: KnownLedger,
  plans: KnownLedger['plans'],
): Promise<PresentLines> {
  const open = await openPauses(declaring.tx, lines, known);
  if (open.size === 0) return { lines, known, resumed: [] };
  const stored = { lines: new Map(known.lines), lineRows: new Map(known.lineRows) };
  const resumed: string[] = [];
  const present: LineDeclaration[] = [];
  for (const declared of lines) {
    const { username } = declared;
    const pause = open.get(username);
    if (pause === undefined) {
      present.push(declared);
      continue;
    }
    const line = beginReserve(stored.lines.get(username)!, declaring.now);
    const declaration = presentDeclaration(declared, line, declaring.now);
    const end = declaredEnd(
      declaration,
      line,
      planAt(plans.get(declaration.plan)!, declaring.now),
      declaring.now,
    );
    const isOver = end !== line.expiresAt && end !== undefined && end <= declaring.now;
    if (isOver || (declaration.status ?? 'suspended') !== 'suspended') {
      await resume(declaring, username, stored);
      resumed.push(username);
      present.push(declared);
    } else if (end === line.expiresAt || end === undefined) present.push(declared);
    else present.push(await putBehind(declaring, declaration, line, end, pause, known));
  }
  return { lines: present, known: { ...known, ...stored }, resumed };
}

/** Open pauses of the declared lines, by username; a paused line is suspended. */
async function openPauses(
  tx: LedgerDb,
  lines: readonly LineDeclaration[],
  known: KnownLedger,
): Promise<ReadonlyMap<string, OpenPause>> {
  const ids = lines.flatMap(({ username }) => {
    return known.lines.get(username)?.status === 'suspended' ? [known.lineRows.get(username)!.id] : [];
  });
  if (ids.length === 0) return new Map();
  const { rows } = await sql<OpenPause>`
    SELECT line_id, username, service_id FROM pause JOIN line ON line.id = line_id
    WHERE line_id = ANY(${ids}) AND ends_at IS NULL`.execute(tx);
  return new Map(rows.map((row) => [row.username, row]));
}

async function resume(
  { tx, secrets, actor, now }: Declaring,
  username: string,
  stored: {
    readonly lines: Map<string, LineRecord>;
    readonly lineRows: Map<string, { readonly id: number }>;
  },
): Promise<void> {
  await endPauseOf(tx, secrets, (await holdLine(tx, username))!, actor, now);
  const [line] = await readLines(tx, usernameIn([username]));
  const { row, grants } = line!;
  stored.lines.set(username, lineRecordOf(row, grants, secrets));
  stored.lineRows.set(username, row);
}

/** The declaration with its dates later by the days of the pause that are still to come; dates that are stored are so already. */
async function putBehind(
  { tx, now }: Declaring,
  declaration: LineDeclaration,
  line: LineRecord,
  end: Instant,
  { line_id, service_id }: OpenPause,
  known: KnownLedger,
): Promise<LineDeclaration> {
  const services = (await readLineServices(tx, [line_id], now)).get(line_id) ?? [];
  const service = services.find(({ id }) => id === service_id);
  if (service === undefined) return declaration;
  const rules = settingsAt(known.catalogue.settings, now).pause;
  const days = daysAhead(service, { pauses: await pausesOfService(tx, service_id), rules, now });
  const later = (date: string | undefined, stored: Instant | undefined) => {
    const at = readInstant(date);
    return at === undefined || at === stored ? date : textOf(daysLater(at, days));
  };
  const { reserve } = declaration;
  const from = later(reserve?.from, line.reserve?.from);
  const expiresAt = later(reserve?.expiresAt, line.reserve?.expiresAt);
  return {
    ...declaration,
    expiresAt: textOf(daysLater(end, days)),
    reserve: reserve && { ...reserve, from, expiresAt },
  };
}

function textOf(at: Instant): string {
  return new Date(at).toISOString();
}
