import { checkAcceptAttributes } from '../../engine/subscribers/check-accept-attributes.ts';
import { checkDriverSettings } from '../../engine/subscribers/check-driver-settings.ts';
import { applyAnswer } from '../../schemas/http/job-answers.ts';
import { provisioningDocument, readProvisioning } from '../../schemas/http/provisioning.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { unprocessable } from '../problem.ts';
import { Resource } from '../route.ts';
import { LARGE_BODY_OCTETS } from '../route-spec.ts';

/** Declares NAS, plans, lines, pools and customers. */
export function applyRoutes({ ledger, counters, clock, dictionary, onApplied }: ApiDeps): Resource {
  return new Resource('Provisioning').serve(
    {
      ...{ method: 'put', path: '/apply', operationId: 'apply' },
      summary: 'Declare NAS, plans, lines, pools and customers: all of the document, or nothing',
      description: 'Answers when the packet path has it. What is not named stays as it is.',
      shownBody: provisioningDocument,
      bodyOctetsMax: LARGE_BODY_OCTETS,
      answers: { 200: applyAnswer },
    },
    async ({ body }, c) => {
      const { plans } = await counters.reference();
      const document = readProvisioning(
        body,
        plans.map(({ name }) => name),
      );
      if (!document.ok) return unprocessable(c, document.error);
      const { nas = [] } = document.value;
      const unsendable = [...checkAcceptAttributes(nas, dictionary), ...checkDriverSettings(nas, dictionary)];
      if (unsendable.length > 0) return unprocessable(c, unsendable);
      const by = { actor: principalOf(c).actor, reason: '' };
      const applied = await ledger.apply(document.value, clock.now(), by);
      if (!applied.ok) return unprocessable(c, applied.error);
      await onApplied();
      return applied.value;
    },
  );
}
