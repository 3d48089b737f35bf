import { grouped } from '../../../engine/import/batches.ts';
import type { ImportPlan } from '../../../engine/import/import-plan.ts';
import type { ImportPreview, PreviewedLine } from '../../../engine/import/preview.ts';
import { type Column, formatFields, formatInstant, formatOctets, formatTable } from '../format.ts';
import type { AppliedImport } from './apply-import.ts';

const SHOWN_NAMES = 20;
const SHOWN_ROWS = 10;

const lineColumns: readonly Column<PreviewedLine>[] = [
  { heading: 'SOURCE', cell: ({ source }) => source },
  { heading: 'USERNAME', cell: ({ username }) => username },
  { heading: 'PLAN', cell: ({ plan }) => plan },
  { heading: 'ENDS', cell: ({ expiresAt }) => formatInstant(expiresAt) },
  {
    heading: 'LEFT',
    align: 'right',
    cell: ({ remainingOctets: left }) => (left === null ? '-' : formatOctets(left)),
  },
  { heading: 'NAME', cell: ({ name }) => name },
];

/** A preview in words: sums, the first lines, who would be off at once, warnings and the first rejected rows. */
export function showPreview(
  preview: ImportPreview,
  plan: ImportPlan,
  rejectedFile: string | undefined,
): string {
  const { credit } = preview;
  const fields = formatFields([
    ['Plans', preview.plans.length === 0 ? 'none that is new' : preview.plans.join(', ')],
    ['Lines', String(preview.lines)],
    ['There already', `${preview.kept} lines, which stay as they are`],
    ['Customers', String(preview.customers)],
    ['Volume carried over', `of ${preview.carried} lines`],
    ['Without an end', `${preview.withoutEnd} lines: their term begins with the import`],
    ['Opening credit', `${credit.rial} Rial of ${credit.customers} customers`],
    ['Suspended at once', namesOf(preview.suspended)],
    ['Expired already', namesOf(preview.expired)],
    ['Nothing left', namesOf(preview.exhausted)],
    ['Rejected', rejectedOf(preview, rejectedFile)],
  ]);
  const table = preview.firstLines.length === 0 ? [] : [formatTable(lineColumns, preview.firstLines)];
  const warnings = plan.warnings.map(
    ({ message, count, source }) => `- ${message} (${count} times, first at ${source})`,
  );
  const rejected = plan.rejected.slice(0, SHOWN_ROWS).map(({ source, reason }) => `- ${source}: ${reason}`);
  return [
    fields,
    ...table,
    ...(warnings.length === 0 ? [] : [`Warnings\n${warnings.join('\n')}`]),
    ...(rejected.length === 0 ? [] : [`First rejected rows\n${rejected.join('\n')}`]),
  ].join('\n\n');
}

/** What was applied, in words. */
export function showAppliedImport({ lines, rejected, people, faults }: AppliedImport): string {
  const { customers, known, contracts, credits, services } = people;
  const sums = `Applied: ${lines.length} lines; ${customers} new customers, ${known} known ones, ${contracts} contracts, ${credits} opening credits, ${services} services.`;
  const refused = rejected.map(({ source, reason }) => `- ${source}: ${reason}`);
  const others = [...grouped(faults, (fault) => fault)].map(
    ([fault, all]) => `- ${fault}${all.length === 1 ? '' : ` (${all.length} times)`}`,
  );
  return [
    sums,
    ...(refused.length === 0 ? [] : [`Refused by the server\n${refused.slice(0, SHOWN_ROWS).join('\n')}`]),
    ...(others.length === 0 ? [] : [`Left out of customers and contracts\n${others.join('\n')}`]),
  ].join('\n\n');
}

function rejectedOf({ rejected }: ImportPreview, file: string | undefined): string {
  if (file !== undefined) return `${rejected} rows, all in ${file}`;
  return rejected === 0 ? 'none' : `${rejected} rows`;
}

function namesOf(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return `${names.length} lines: ${shown}${names.length > SHOWN_NAMES ? ', …' : ''}`;
}
