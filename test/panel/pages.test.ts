import { type ServerType, serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvents } from '../api/sse.ts';
import { appOf, ask, DOCUMENT, MB, openWorld, putSession, session, type World } from '../api/world.ts';

const KEY = '00000000000000a1';
const ARABIC = /[\p{Script=Arabic}]/u;

let world: World;

beforeAll(async () => {
  world = await openWorld();
  const lines = [...DOCUMENT.lines, { username: 'u3', plan: '2M-5G', name: '<script>alert(1)</script>' }];
  await ask(world.app, '/api/v1/apply', { method: 'PUT', body: { ...DOCUMENT, lines } });
  await receive(500 * MB);
});

afterAll(() => world.close());

const receive = (octets: number) => putSession(world.deps.counters, 'u1', session(KEY, 10 * MB, octets));
const textOf = async (path: string) => (await world.app.request(path)).text();

/** Text of a field of a line's card. */
function cardField(html: string, username: string, field: string): string | undefined {
  const card = html.split('<li ').find((part) => part.includes(`data-id="line:${username}"`));
  return new RegExp(`data-text="${field}">([^<]*)<`).exec(card ?? '')?.[1];
}

describe('the page of the lines', () => {
  it('is Persian, from right to left, with Jalali date and Persian digits', async () => {
    const html = await textOf('/');
    expect(html).toMatch(/^<!doctype html><html lang="fa" dir="rtl">/);
    expect(html).toContain('شنبه ۳۰ آبان ۱۴۰۵');
    expect(html).toContain('۱۱:۰۰');
    expect(html).toContain('۱ خط برخط از ۳');
    expect(cardField(html, 'u1', 'remaining')).toBe('۴٫۵۱');
    expect(cardField(html, 'u1', 'remainingUnit')).toBe('گیگابایت');
    expect(cardField(html, 'u1', 'received')).toBe('۵۰۰٫۰ مگابایت');
    expect(cardField(html, 'u1', 'sent')).toBe('۱۰٫۰ مگابایت');
    expect(cardField(html, 'u1', 'speed')).toBe('۲۰۴۸ / ۵۱۲ کیلوبیت');
    expect(cardField(html, 'u2', 'remaining')).toBe('نامحدود');
    expect(html.match(/<progress /g)).toHaveLength(2);
  });

  it('is English when asked, without a Persian word of its own', async () => {
    const html = await textOf('/?lang=en');
    expect(html).toMatch(/^<!doctype html><html lang="en" dir="ltr">/);
    expect(html).toContain('Saturday 21 November 2026');
    expect(cardField(html, 'u1', 'remaining')).toBe('4.51');
    const ownWords = html.replaceAll('سارا', '').replaceAll('نامحدود', '');
    expect(ownWords).not.toMatch(ARABIC);
  });

  it('tells why a line has its speed, with the rule that decided it', async () => {
    const html = await textOf('/lines/u1/why');
    expect(html).toMatch(/^<!doctype html><html lang="fa" dir="rtl">/);
    expect(html).toContain('چرا سرعت من این است؟');
    expect(html).toContain('data-tone="good"');
    expect(html).toContain('سرعت کامل است: \u2068۲۰۴۸ / ۵۱۲ کیلوبیت\u2069.');
    expect(html.match(/data-decides="true"/g)).toHaveLength(1);
    expect(html).toContain('۴٫۵۱ گیگابایت از ۵٫۰۰ گیگابایت با سرعت کامل باقی مانده است.');
    const english = await textOf('/lines/u1/why?lang=en');
    expect(english.replaceAll('سارا', '')).not.toMatch(ARABIC);
    expect(english).toContain('4.51 GB of 5.00 GB are left at full speed.');
    expect(await textOf('/')).toContain('href="/lines/u1/why?lang=fa"');
    expect((await world.app.request('/lines/nobody/why')).status).toBe(404);
    expect((await world.app.request('/lines/u1/why?at=tomorrow')).status).toBe(422);
    expect(await textOf('/lines/u3/why')).not.toContain('<script>alert');
  });

  it('writes names as text', async () => {
    const html = await textOf('/');
    expect(html).not.toContain('<script>alert');
    expect(cardField(html, 'u3', 'name')).toBe('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('loads nothing from elsewhere and holds no script or style of its own', async () => {
    const answer = await world.app.request('/');
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    const html = await answer.text();
    expect(html).not.toMatch(/ style=|<style| on\w+=|<script[^>]*>[^<]/);
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
    expect(addresses.length).toBeGreaterThan(4);
    for (const address of addresses) {
      expect(address).toMatch(/^\/[^/]/);
      expect((await world.app.request(address.replaceAll('&amp;', '&'))).status).toBe(200);
    }
  });

  it('never shows a password or a secret', async () => {
    const html = (await textOf('/')) + (await textOf('/?lang=en'));
    for (const secret of ['p1', 'p2', 'a-long-secret']) expect(html).not.toContain(`>${secret}<`);
    expect(html).not.toContain('a-long-secret');
  });
});

describe('the files of the page', () => {
  it('may be kept for ever, for their address changes with them', async () => {
    const [, version] = /\/assets\/([0-9a-f]{12})\/live\.js/.exec(await textOf('/'))!;
    const kinds = { 'page.css': 'text/css', 'live.js': 'text/javascript', 'vazirmatn.woff2': 'font/woff2' };
    for (const [name, type] of Object.entries(kinds)) {
      const answer = await world.app.request(`/assets/${version}/${name}`);
      expect(answer.headers.get('content-type')).toContain(type);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
    for (const path of [
      `/assets/${version}/pages.tsx`,
      '/assets/000000000000/page.css',
      '/assets/..%2fpages.tsx/x',
    ]) {
      expect((await world.app.request(path)).status).toBe(404);
    }
  });
});

describe('the live stream', () => {
  it('falls before the eyes: over the network a second patch tells only the line that changed', async () => {
    let server: ServerType | undefined;
    const port = await new Promise<number>((resolve) => {
      server = serve({ fetch: world.app.fetch, port: 0, hostname: '127.0.0.1' }, (info) =>
        resolve(info.port),
      );
    });
    await receive(600 * MB);
    const answer = await fetch(`http://127.0.0.1:${port}/live?lang=fa`);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const events = readEvents(answer, 3);
    setTimeout(() => receive(700 * MB), 300);
    setTimeout(() => receive(5 * 1024 * MB), 1_300);
    const [whole, second, third] = (await events) as Record<
      string,
      { text: Record<string, string>; tone: string }
    >[];
    server?.close();
    expect(Object.keys(whole!)).toEqual(['frame', 'line:u1', 'line:u2', 'line:u3']);
    expect(whole!['line:u1']!.text).toMatchObject({ remaining: '۴٫۴۱', received: '۶۰۰٫۰ مگابایت' });
    expect(Object.keys(second!)).toEqual(['line:u1']);
    expect(second!['line:u1']!.text).toMatchObject({ remaining: '۴٫۳۱', received: '۷۰۰٫۰ مگابایت' });
    expect(third!['line:u1']).toMatchObject({ text: { remaining: '۰' }, tone: 'empty', share: 0 });
  });
});

describe('without a demonstration', () => {
  it('the page says that the service runs, and nothing about anybody', async () => {
    const app = appOf({ ...world.deps, demo: false });
    const html = await (await app.request('/')).text();
    expect(html).toContain('سرویس در حال کار است.');
    for (const word of ['u1', 'سارا', '2M-5G', 'bras1']) expect(html).not.toContain(word);
    expect((await app.request('/live')).status).toBe(404);
  });
});
