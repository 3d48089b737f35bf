import { type Context, Hono } from 'hono';
import type { ApiDeps } from '../api/deps.ts';
import { explain, explainAnswer } from '../api/explanation.ts';
import { createLiveFeed } from '../api/live-feed.ts';
import { readLiveLines } from '../api/live-lines.ts';
import { NO_SUCH_LINE, pathUsername } from '../api/path-username.ts';
import { notFound, problem, unprocessable } from '../api/problem.ts';
import type { Language } from '../api/words/format.ts';
import { explainQuery } from '../schemas/http/queries.ts';
import { loadAssets } from './assets.ts';
import { languageOf } from './language.ts';
import { createPainter, type Painter } from './line-picture.ts';
import { type AssetUrls, LinesPage, PlainPage } from './page.tsx';
import { WhyPage } from './why-page.tsx';

/** What the pages need; `ApiDeps` has all of it. */
export type PanelDeps = Pick<ApiDeps, 'ledger' | 'usage' | 'counters' | 'clock' | 'demo'>;

const MAX_LINES = 100;
const MAX_VIEWERS = 200;
const TICK_MS = 1_000;
const HEARTBEAT_TICKS = 15;

/** Everything comes from this server, nothing is inline and nobody may frame the page. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The pages, to be mounted at `/`: the live page of the lines when this is a demonstration, else a page that says
 * nothing but that the service runs; and the files which they load.
 */
export function createPanel(deps: PanelDeps): Hono {
  const assets = loadAssets();
  const url = (name: string) => `/assets/${assets.version}/${name}`;
  const urls: AssetUrls = {
    style: url('page.css'),
    script: url('live.js'),
    icon: url('mark.svg'),
    font: url('vazirmatn.woff2'),
  };
  const panel = new Hono().get('/assets/:version/:name', (c) => {
    const asset = assets.files.get(c.req.param('name'));
    if (asset === undefined || c.req.param('version') !== assets.version) return notFound(c);
    const headers = { 'content-type': asset.type, 'cache-control': 'public, max-age=31536000, immutable' };
    return c.body(asset.body, 200, headers);
  });
  if (deps.demo) return addLivePage(panel, deps, urls);
  return panel.get('/', (c) => {
    const language = languageOf(c.req.query('lang'));
    return page(c, <PlainPage language={language} assets={urls} />);
  });
}

function addLivePage(panel: Hono, deps: PanelDeps, urls: AssetUrls): Hono {
  const painters: Record<Language, Painter> = { fa: createPainter('fa'), en: createPainter('en') };
  const readLines = async () => ({ lines: await readLiveLines(deps, MAX_LINES), now: deps.clock.now() });
  type Reading = Awaited<ReturnType<typeof readLines>>;
  const channel =
    ({ line, frame }: Painter) =>
    ({ lines, now }: Reading) =>
      new Map<string, unknown>([
        ['frame', frame(lines, now)],
        ...lines.map((each) => [`line:${each.username}`, line(each)] as const),
      ]);
  const feed = createLiveFeed({
    everyMs: TICK_MS,
    heartbeatTicks: HEARTBEAT_TICKS,
    maxClients: MAX_VIEWERS,
    read: readLines,
    channels: { fa: channel(painters.fa), en: channel(painters.en) },
  });
  addWhyPage(panel, deps, urls);
  return panel
    .get('/', async (c) => {
      const language = languageOf(c.req.query('lang'));
      const reading = await readLines();
      return page(
        c,
        <LinesPage language={language} assets={urls} painter={painters[language]} {...reading} />,
      );
    })
    .get('/live', (c) => {
      const answer = feed.open(languageOf(c.req.query('lang')));
      if (answer !== undefined) return answer;
      c.header('retry-after', '5');
      return problem(c, { status: 503, title: 'Too many viewers' });
    });
}

/** GET /lines/{username}/why: why the line has its speed, or had it at the instant `?at=`. */
function addWhyPage(panel: Hono, deps: PanelDeps, assets: AssetUrls): void {
  panel.get('/lines/:username/why', async (c) => {
    const language = languageOf(c.req.query('lang'));
    const query = explainQuery.safeParse({ at: c.req.query('at') });
    const now = deps.clock.now();
    const at = query.success ? query.data.at : undefined;
    if (!query.success || (at !== undefined && at > now)) {
      return unprocessable(c, [{ path: 'at', message: 'must be an instant that is over' }]);
    }
    const username = pathUsername(c);
    const [line, explanation] =
      username === undefined
        ? []
        : await Promise.all([deps.ledger.line(username), explain(deps, username, at)]);
    if (username === undefined || explanation === undefined) return notFound(c, NO_SUCH_LINE);
    const answer = explainAnswer(explanation);
    return page(
      c,
      <WhyPage {...{ language, assets, now, explanation: answer, name: line?.displayName || username }} />,
    );
  });
}

function page(c: Context, content: unknown): Response {
  c.header('content-security-policy', CONTENT_POLICY);
  c.header('cache-control', 'no-store');
  return c.html(`<!doctype html>${content}`) as Response;
}
