import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOwnPath } from '../../../engine/payments/own-path.ts';

const FOLDERS = ['/', '/my'];

it('takes pages below the folders, with query and fragment', () => {
  for (const path of ['/', '/?a=1', '/my', '/my/orders?x=1#y', '/my/a%20b']) {
    expect(isOwnPath(path, FOLDERS)).toBe(true);
  }
});

it('refuses what is elsewhere, or could be read so', () => {
  const others = [
    '',
    'my',
    '//evil.example',
    '/\\evil.example',
    '/my/../api',
    '/my/%2e%2e/api',
    '/myth',
    '/api',
  ];
  const more = ['https://evil.example/my', 'javascript:alert(1)', '/my\n', '/my/\u202e', '/my/a b', '\t/my'];
  for (const path of [...others, ...more]) expect(isOwnPath(path, FOLDERS)).toBe(false);
});

it('never lets a browser leave, whatever the text is', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.string().map((text) => `/my/${text}`),
      ),
      (path) => {
        if (!isOwnPath(path, FOLDERS)) return;
        const { origin, pathname } = new URL(path, 'https://isp.example/pay/callback/x/y');
        expect(origin).toBe('https://isp.example');
        expect(pathname === '/' || pathname === '/my' || pathname.startsWith('/my/')).toBe(true);
      },
    ),
  );
});
