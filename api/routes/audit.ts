import { auditQuery } from '../../schemas/http/customer.ts';
import { auditAnswer } from '../../schemas/http/customer-answers.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { Resource } from '../route.ts';

/** Who did what to money or status, and why. */
export function auditRoutes({ ledger: { people } }: Pick<ApiDeps, 'ledger'>): Resource {
  return new Resource('Audit').serve(
    {
      ...{ method: 'get', path: '/audit', operationId: 'listAudit' },
      summary: 'List who did what, newest first',
      query: auditQuery,
      answers: { 200: auditAnswer },
    },
    async ({ query }) => {
      const rows = await people.auditTrail(query);
      return {
        entries: rows.map((row) => ({ ...row, at: toIso(row.at) })),
        next: rows.length === query.limit ? rows.at(-1)!.id : null,
      };
    },
  );
}
