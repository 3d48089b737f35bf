import type { PlanDeclaration } from '../subscribers/provisioning.ts';
import { PlanBuilder } from './build-plan.ts';
import { type ImportOptions, type ImportPlan, UnreadableFile } from './import-plan.ts';
import { mergeAttributes } from './radius-attributes.ts';
import { first, leftOut, type PlanFacts, planFacts } from './radius-facts.ts';
import { RADIUS_TABLES, RadiusTables, type RadiusUser } from './radius-tables.ts';
import {
  attributesOf,
  declarePlan,
  lineOfUser,
  planOfAttributes,
  type UserAttributes,
} from './radius-users.ts';
import { readSqlDump } from './sql-dump.ts';

const MB = 1_024 ** 2;

/**
 * Reads a dump of FreeRADIUS' SQL tables, with daloRADIUS' if they are there: a line for each user, a plan for each group
 * and for each other speed or volume that users have of their own.
 * @param file its name, for people. @throws UnreadableFile when it holds no user.
 */
export async function importRadiusSql(
  chunks: AsyncIterable<string>,
  options: ImportOptions,
  file: string,
): Promise<ImportPlan> {
  const tables = new RadiusTables(options.usageSince);
  const builder = new PlanBuilder(options, 'drop');
  for await (const row of readSqlDump(chunks, RADIUS_TABLES)) {
    if (row.fault === undefined) tables.add(row);
    else builder.reject({ source: `${file}:${row.table}#${row.row}`, reason: row.fault, raw: {} });
  }
  if (tables.users.size === 0) throw new UnreadableFile('the file has no row of radcheck or radusergroup');
  const nas = tables.counts.get('nas') ?? 0;
  if (nas > 0) builder.warn(`${nas} rows of table nas are left out: declare NAS with mizan apply`, file);
  for (const user of tables.users.values()) addUser(user, tables, builder, options, file);
  return builder.finish();
}

function addUser(
  user: RadiusUser,
  tables: RadiusTables,
  builder: PlanBuilder,
  options: ImportOptions,
  file: string,
): void {
  const attributes = attributesOf(user, tables);
  const facts = planOfAttributes(attributes);
  const inFile = planNameOf(user, attributes, facts, tables);
  const line = lineOfUser(user, attributes, inFile, facts, tables, options, file);
  const name = builder.nameOf(inFile);
  const described = declarePlan(name, facts, tables.planDays.get(inFile) ?? options.termDays, options);
  const known = builder.planOf(name);
  if (name !== '' && known === undefined) builder.addPlan(described);
  else if (known !== undefined && isOther(described, known)) {
    builder.warn(
      `plan ${name} is another one than some users have in the file: theirs is not made`,
      line.source,
    );
  }
  warnOf(user, attributes, facts, tables, builder, line.source);
  builder.addLine(line);
}

/** Whether speed or volume differ; a plan that is known here may well differ in the rest. */
function isOther(left: PlanDeclaration, right: PlanDeclaration): boolean {
  const figures = ({ speed, quota }: PlanDeclaration) =>
    JSON.stringify([speed?.downKbps, speed?.upKbps, quota?.octets, quota?.per ?? 'term']);
  return figures(left) !== figures(right);
}

/**
 * daloRADIUS' plan, else the first group; a user whose own attributes differ from the group's has a plan with the figures
 * behind the name. '' where nothing tells a plan.
 */
function planNameOf(
  user: RadiusUser,
  { groups, check, reply }: UserAttributes,
  facts: PlanFacts,
  tables: RadiusTables,
): string {
  const billed = user.bill.planname ?? '';
  const base = billed !== '' && tables.planDays.has(billed) ? billed : (groups[0] ?? '');
  const own = [planFacts(mergeAttributes(user.check)), planFacts(mergeAttributes(user.reply))];
  const isOwn = own.some(({ speed, volume }) => speed !== undefined || volume !== undefined);
  if (!isOwn) return base;
  const ofGroup = attributesOf({ ...user, check: [], reply: [] }, tables);
  const { speed, volume } = planOfAttributes(ofGroup);
  if (JSON.stringify([speed, volume]) === JSON.stringify([facts.speed, facts.volume])) return base;
  const figures = [
    facts.speed && `${facts.speed.downKbps}/${facts.speed.upKbps}k`,
    facts.speed?.burst && 'burst',
    facts.volume && `${Math.round(facts.volume.octets / MB)}MB`,
    facts.volume && facts.volume.per !== 'term' && `a ${facts.volume.per}`,
    (first(check, 'framed-pool') ?? first(reply, 'framed-pool')) && facts.pool,
  ];
  return [base, ...figures].filter(Boolean).join(' ');
}

function warnOf(
  user: RadiusUser,
  attributes: UserAttributes,
  { volume }: PlanFacts,
  tables: RadiusTables,
  builder: PlanBuilder,
  source: string,
): void {
  const { check, reply, groups } = attributes;
  for (const name of [...leftOut(check), ...leftOut(reply)]) {
    builder.warn(`attribute ${name} is left out`, source);
  }
  if (groups.length > 1) builder.warn('a user of several groups is on the plan of the first', source);
  if (volume !== undefined && !tables.counts.has('radacct')) {
    builder.warn('there is no table radacct: volumes are given whole', source);
  }
  if (volume !== undefined && volume.per !== 'term') {
    builder.warn("a period's volume is given whole: the period begins anew", source);
  }
  const rate = first(reply, 'mikrotik-rate-limit');
  if (rate !== undefined && planFacts(reply).speed === undefined) {
    builder.warn(`Mikrotik-Rate-Limit ${rate} cannot be read and is left out`, source);
  }
  if (first(check, 'expire-after') && tables.usage.get(user.username)?.firstStart === undefined) {
    builder.warn(
      'Expire-After of a user without a session counts from the import, as long as the plan',
      source,
    );
  }
}
