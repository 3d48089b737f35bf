import type { Context } from 'hono';
import { type PictureFault, reencodePicture } from '../../engine/runtime/reencode-picture.ts';
import { WAITING_DOCUMENTS_MAX } from '../../engine/subscribers/document.ts';
import { storedNumber } from '../../schemas/http/customer.ts';
import {
  documentAnswer,
  documentsAnswer,
  reviewAnswer,
  waitingAnswer,
} from '../../schemas/http/customer-answers.ts';
import { reviewBody, uploadForm, waitingQuery } from '../../schemas/http/document.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { tellDocument } from '../people.ts';
import { notFound, problem, unprocessable } from '../problem.ts';
import { parseInput } from '../read-input.ts';
import { Resource } from '../route.ts';
import { LARGE_BODY_OCTETS } from '../route-spec.ts';

const NO_SUCH_CUSTOMER = 'There is no customer of this number.';
const NO_SUCH_DOCUMENT = 'There is no document of this number.';
const TOO_MANY = `${WAITING_DOCUMENTS_MAX} documents of the customer wait for review already.`;
const SAID_ALREADY = 'The document has this verdict already.';

/** Longest name of an upload that is kept. */
const FILE_NAME_MAX = 200;

const PICTURE_FAULTS: Readonly<Record<PictureFault, string>> = {
  empty: 'is empty',
  'too-large': 'has more than 8 MiB',
  'not-a-picture': 'is no JPEG, PNG or WebP picture',
  'too-many-pixels': 'has more than 25 million pixels',
  broken: 'is a picture that cannot be read',
};

const OF_CUSTOMER = {
  path: '/customers/{id}/documents',
  params: { id: storedNumber.describe('Number of the customer.') },
} as const;
const ONE_DOCUMENT = { id: storedNumber.describe('Number of the document.') };

/** Documents of customers: uploaded, shown, reviewed. */
export function customerDocumentRoutes(deps: ApiDeps): Resource {
  const routes = new Resource('Documents', deps);
  serveUploads(routes, deps);
  serveReviews(routes, deps);
  return routes;
}

function serveUploads(routes: Resource, { ledger: { people }, clock }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'post', operationId: 'uploadDocument', ...OF_CUSTOMER },
        ...{ callers: ['staff', 'agent'], reach: { of: 'customer', name: 'id' } },
        summary: 'Upload the picture of a document',
        description:
          'It is kept as a JPEG of at most 1600 pixels a side, without what cameras write into pictures.',
        shownBody: uploadForm,
        bodyType: 'multipart/form-data',
        bodyOctetsMax: LARGE_BODY_OCTETS,
        answers: { 201: documentAnswer },
        problems: { 404: NO_SUCH_CUSTOMER, 409: TOO_MANY },
      },
      async ({ params: { id } }, c) => {
        const form = await readForm(c);
        if (form === undefined) return noForm(c);
        const input = parseInput(uploadForm, form);
        if (!input.ok) return unprocessable(c, input.error);
        const { type, file } = input.value;
        if ((await people.customer(id)) === undefined) return notFound(c, NO_SUCH_CUSTOMER);
        const picture = await reencodePicture(new Uint8Array(await file.arrayBuffer()));
        if (!picture.ok) return unprocessable(c, [{ path: 'file', message: PICTURE_FAULTS[picture.error] }]);
        const upload = { ...picture.value, customerId: id, type, fileName: plainFileName(file.name) };
        const by = { actor: principalOf(c).actor, reason: '' };
        const added = await people.addDocument(upload, by, clock.now());
        if (added.ok) return tellDocument(added.value);
        if (added.error === 'no-such-customer') return notFound(c, NO_SUCH_CUSTOMER);
        return problem(c, { status: 409, title: 'Too many documents', detail: TOO_MANY });
      },
    )
    .serve(
      {
        ...{ method: 'get', operationId: 'listDocuments', ...OF_CUSTOMER },
        ...{ callers: ['staff', 'agent'], reach: { of: 'customer', name: 'id' } },
        summary: 'List the documents of a customer',
        answers: { 200: documentsAnswer },
        problems: { 404: NO_SUCH_CUSTOMER },
      },
      async ({ params: { id } }, c) => {
        if ((await people.customer(id)) === undefined) return notFound(c, NO_SUCH_CUSTOMER);
        return { documents: (await people.documentsOf(id)).map(tellDocument) };
      },
    );
}

function serveReviews(routes: Resource, { ledger: { people }, clock, onApplied }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'get', path: '/documents', operationId: 'listWaitingDocuments' },
        summary: 'List documents that wait for review',
        query: waitingQuery,
        answers: { 200: waitingAnswer },
      },
      async ({ query: { limit, after } }) => {
        const found = await people.waitingDocuments(limit, after);
        return { documents: found.map(tellDocument), next: found.length === limit ? found.at(-1)!.id : null };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/documents/{id}/picture', operationId: 'getPicture' },
        ...{ callers: ['staff', 'agent'], reach: { of: 'document', name: 'id' } },
        summary: 'Show the picture of a document',
        params: ONE_DOCUMENT,
        answers: { 200: { type: 'image/jpeg', what: 'The picture.' } },
        problems: { 404: NO_SUCH_DOCUMENT },
      },
      async ({ params: { id } }, c) => {
        const picture = await people.picture(id);
        if (picture === undefined) return notFound(c, NO_SUCH_DOCUMENT);
        return c.body(Uint8Array.from(picture.content), 200, {
          'content-type': picture.mediaType,
          'content-disposition': `inline; filename="document-${id}.jpg"`,
          'content-security-policy': "default-src 'none'; sandbox",
        });
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/documents/{id}/review', operationId: 'reviewDocument' },
        summary: 'Approve or reject a document',
        description:
          'A rejection gives the customer the days of grace; the last approval brings their lines back.',
        params: ONE_DOCUMENT,
        body: reviewBody,
        answers: { 200: reviewAnswer },
        problems: { 404: NO_SUCH_DOCUMENT, 409: SAID_ALREADY },
      },
      async ({ params: { id }, body }, c) => {
        const review = { documentId: id, ...body, actor: principalOf(c).actor };
        const reviewed = await people.reviewDocument(review, clock.now());
        if (!reviewed.ok) {
          if (reviewed.error === 'no-such-document') return notFound(c, NO_SUCH_DOCUMENT);
          return problem(c, { status: 409, title: 'Reviewed already', detail: SAID_ALREADY });
        }
        const { document, resumedLines } = reviewed.value;
        if (resumedLines.length > 0) await onApplied();
        return { document: tellDocument(document), resumedLines };
      },
    );
}

/** The fields of a form of several parts; `undefined` when the body is none. */
async function readForm(c: Context): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? '')) return undefined;
  return c.req.parseBody().catch(() => undefined);
}

function noForm(c: Context): Response {
  const detail = 'Send multipart/form-data with the fields type and file.';
  return problem(c, { status: 400, title: 'Not a form', detail });
}

/** A name without folders and signs that mean something elsewhere; it is shown, and never a path. */
function plainFileName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  return last.replace(/[\p{Cc}\p{Cf}"<>]/gu, '').slice(0, FILE_NAME_MAX);
}
