import { Hono } from 'hono';
import { checkAcceptAttributes } from '../../engine/subscribers/check-accept-attributes.ts';
import { checkDriverSettings } from '../../engine/subscribers/check-driver-settings.ts';
import { readProvisioning } from '../../schemas/http/provisioning.ts';
import type { ApiDeps } from '../deps.ts';
import { readJson } from '../json-body.ts';
import { unprocessable } from '../problem.ts';

/** PUT /apply: declares NAS, plans and lines, all or nothing; answers when the packet path has them. */
export function applyRoutes({ ledger, counters, clock, dictionary, onApplied }: ApiDeps): Hono {
  return new Hono().put('/apply', async (c) => {
    const json = await readJson(c);
    if (!json.ok) return json.error;
    const { plans } = await counters.reference();
    const document = readProvisioning(
      json.value,
      plans.map(({ name }) => name),
    );
    if (!document.ok) return unprocessable(c, document.error);
    const { nas = [] } = document.value;
    const unsendable = [...checkAcceptAttributes(nas, dictionary), ...checkDriverSettings(nas, dictionary)];
    if (unsendable.length > 0) return unprocessable(c, unsendable);
    const applied = await ledger.apply(document.value, clock.now());
    if (!applied.ok) return unprocessable(c, applied.error);
    await onApplied();
    return c.json(applied.value);
  });
}
