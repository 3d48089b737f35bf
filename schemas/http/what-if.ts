import { z } from 'zod';
import { boundedList } from './bounded.ts';
import { planDeclaration } from './plan.ts';

const plans = z.strictObject({
  plans: boundedList(planDeclaration, 100, 'must be at most 100 plans').refine(
    (list) => list.length > 0,
    'must name at least one plan',
  ),
});

/** `POST /what-if`: a plan as in a provisioning document, or `{ plans }` with several. */
export const whatIfBody = z.preprocess(
  (body) => (typeof body === 'object' && body !== null && !('plans' in body) ? { plans: [body] } : body),
  plans,
);

/** What `whatIfBody` takes, for the document. */
export const whatIfShown = z.union([planDeclaration, plans]);
