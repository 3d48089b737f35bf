import type { Child } from 'hono/jsx';
import type { NamedLine } from '../api/live-lines.ts';
import type { Language } from '../api/words/format.ts';
import type { Instant } from '../engine/values/instant.ts';
import { MESSAGES } from './language.ts';
import { LineCard } from './line-card.tsx';
import type { Painter } from './line-picture.ts';
import { Mark } from './mark.tsx';

/** Addresses of the files that the pages load. */
export interface AssetUrls {
  readonly style: string;
  readonly script: string;
  readonly icon: string;
  readonly font: string;
}

/** What every page is given. */
export interface PageProps {
  readonly language: Language;
  readonly assets: AssetUrls;
}

/** The lines as they stand now; `live.js` then keeps the page as the counters are. */
export function LinesPage(
  props: PageProps & { lines: readonly NamedLine[]; now: Instant; painter: Painter },
) {
  const { language, assets, lines, now, painter } = props;
  const words = MESSAGES[language];
  const { text } = painter.frame(lines, now);
  const other: Language = language === 'fa' ? 'en' : 'fa';
  return (
    <Frame language={language} assets={assets} live>
      <header class="top" data-id="frame">
        <div class="brand">
          <Mark />
          <div>
            <p class="product">{words.product}</p>
            <p class="tagline">{words.tagline}</p>
          </div>
        </div>
        <p class="now">
          <span data-text="date">{text.date}</span>
          <span class="clock" data-text="time">
            {text.time}
          </span>
        </p>
        <a class="language" href={`/?lang=${other}`} hreflang={other} rel="alternate">
          {words.otherLanguage}
        </a>
        <div class="heading">
          <h1>{words.heading}</h1>
          <p class="online" data-text="online">
            {text.online}
          </p>
          <p
            class="link"
            role="status"
            data-link
            data-live-word={words.live}
            data-lost-word={words.reconnecting}
          />
        </div>
      </header>
      <main>
        <ul class="lines" data-lines>
          {lines.map((line) => (
            <LineCard
              id={line.username}
              picture={painter.line(line)}
              words={words}
              whyUrl={`/lines/${encodeURIComponent(line.username)}/why?lang=${language}`}
            />
          ))}
        </ul>
        {lines.length === 0 ? <p class="empty">{words.noLines}</p> : null}
      </main>
      <footer>
        <p>{words.demoNote}</p>
        <p>{words.volumeNote}</p>
      </footer>
    </Frame>
  );
}

/** What an address without a demonstration says: the service runs, and nothing about anybody. */
export function PlainPage({ language, assets }: PageProps) {
  const words = MESSAGES[language];
  return (
    <Frame language={language} assets={assets}>
      <main class="plain">
        <Mark />
        <h1>{words.product}</h1>
        <p>{words.running}</p>
        <p class="quiet">{words.runningDetail}</p>
      </main>
    </Frame>
  );
}

/** The frame of every page. */
export function Frame(props: PageProps & { live?: boolean; title?: string; children: Child }) {
  const { language, assets, live, title, children } = props;
  const words = MESSAGES[language];
  return (
    <html lang={language} dir={words.dir}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title ?? (live ? words.title : words.product)}</title>
        <link rel="icon" type="image/svg+xml" href={assets.icon} />
        <link rel="preload" as="font" type="font/woff2" href={assets.font} crossorigin="anonymous" />
        <link rel="stylesheet" href={assets.style} />
        {live ? <script type="module" src={assets.script} /> : null}
      </head>
      <body data-live={live ? `/live?lang=${language}` : undefined}>{children}</body>
    </html>
  );
}
