import type { Context } from 'hono';

/** Statuses that pages around a payment have. */
export type PageStatus = 200 | 404 | 422 | 429;

/**
 * Answers with a page that runs nothing but our own files, is in nobody's frame, kept by nobody, and tells nobody where the
 * browser came from: its address holds a secret.
 * @param forms where its forms may go to, as the policy writes it: `'none'`, `'self'`, origins.
 */
export function answerPage(c: Context, content: unknown, forms: string, status: PageStatus = 200): Response {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    `form-action ${forms}`,
    "frame-ancestors 'none'",
  ];
  c.header('content-security-policy', policy.join('; '));
  c.header('cache-control', 'no-store');
  c.header('referrer-policy', 'no-referrer');
  return c.html(`<!doctype html>${content}`, status) as Response;
}
