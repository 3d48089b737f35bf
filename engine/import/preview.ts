import { readInstant } from '../subscribers/read-instant.ts';
import type { Instant } from '../values/instant.ts';
import type { ImportedLine, ImportPlan } from './import-plan.ts';

/** What an import would do, before anything is applied (product line C20). */
export interface ImportPreview {
  readonly plans: readonly string[];
  readonly customers: number;
  /** Lines that would be declared. */
  readonly lines: number;
  /** Lines that are there and would stay as they are. */
  readonly kept: number;
  readonly rejected: number;
  /** Usernames of lines that would be off at once, by why. */
  readonly suspended: readonly string[];
  readonly expired: readonly string[];
  /** Of lines with nothing left of a limited volume. */
  readonly exhausted: readonly string[];
  /** Lines whose volume is carried over in part. */
  readonly carried: number;
  /** Lines whose term begins with the import, since the file tells no end. */
  readonly withoutEnd: number;
  readonly credit: { readonly customers: number; readonly rial: number };
  readonly firstLines: readonly PreviewedLine[];
}

/** A line as a preview shows it: without its password. */
export interface PreviewedLine {
  readonly source: string;
  readonly username: string;
  readonly plan: string;
  readonly name: string;
  /** ISO 8601, `null` where the file tells no end. */
  readonly expiresAt: string | null;
  /** `null` where it is not limited, or not known. */
  readonly remainingOctets: number | null;
}

const SHOWN_LINES = 10;

/** Sums an import up. @param kept usernames of lines that stay as they are. @param now when it would be applied. */
export function previewOf(plan: ImportPlan, kept: ReadonlySet<string>, now: Instant): ImportPreview {
  const { plans, customers, rejected } = plan;
  const lines = plan.lines.filter(({ declaration }) => !kept.has(declaration.username));
  const names = (isMeant: (line: ImportedLine) => boolean): readonly string[] =>
    lines.filter(isMeant).map(({ declaration }) => declaration.username);
  const endOf = ({ declaration }: ImportedLine): Instant => readInstant(declaration.expiresAt) ?? Infinity;
  const credits = customers.filter(({ openingCredit }) => openingCredit > 0);
  return {
    plans: plans.map(({ name }) => name),
    customers: customers.length,
    lines: lines.length,
    kept: plan.lines.length - lines.length,
    rejected: rejected.length,
    suspended: names(({ declaration: { status } }) => status === 'suspended' || status === 'closed'),
    expired: names((line) => endOf(line) <= now),
    exhausted: names((line) => line.remainingOctets === 0 && endOf(line) > now),
    carried: lines.filter(({ declaration }) => declaration.extraGrants !== undefined).length,
    withoutEnd: lines.filter(({ declaration }) => declaration.expiresAt === undefined).length,
    credit: {
      customers: credits.length,
      rial: credits.reduce((sum, { openingCredit }) => sum + openingCredit, 0),
    },
    firstLines: lines.slice(0, SHOWN_LINES).map(shownOf),
  };
}

function shownOf({ source, declaration, remainingOctets: left }: ImportedLine): PreviewedLine {
  const { username, plan, name = '', expiresAt = null } = declaration;
  return { source, username, plan, name, expiresAt, remainingOctets: left ?? null };
}
