import type { ExplainAnswer } from '../api/explanation.ts';
import { createFormat, type Language } from '../api/words/format.ts';
import { HOUR_MS, type Instant } from '../engine/values/instant.ts';
import { MESSAGES } from './language.ts';
import { Mark } from './mark.tsx';
import { Frame, type PageProps } from './page.tsx';

/** How good the verdict is for the subscriber. */
const TONES: Readonly<Record<string, 'good' | 'less' | 'none'>> = {
  'full-speed': 'good',
  slowed: 'less',
  landing: 'less',
  captive: 'less',
};

/** How long ago the moments lie that the page offers, in hours; 0 is now. */
const HOURS_AGO = [0, 1, 6, 24] as const;

/** Why a line has the speed that it has: the verdict, the rules behind it in their order, and what the NAS was told. */
export function WhyPage(props: PageProps & { name: string; explanation: ExplainAnswer; now: Instant }) {
  const { language, assets, name, explanation, now } = props;
  const words = MESSAGES[language];
  const { username, at, verdict, rules, told } = explanation;
  const asked = Date.parse(at);
  return (
    <Frame language={language} assets={assets} title={words.whyHeading}>
      <WhyTop {...{ language, username, isNow: asked >= now, at }} />
      <main class="why">
        <h1>{words.whyHeading}</h1>
        <p class="ids">
          <bdi>{name}</bdi> · <bdi>{username}</bdi> · {createFormat(language).moment(asked)}
        </p>
        <nav class="moments" aria-label={words.whyMoment}>
          {HOURS_AGO.map((hours) => (
            <a
              href={momentUrl(username, language, hours === 0 ? undefined : now - hours * HOUR_MS)}
              aria-current={hours === 0 && asked >= now ? 'page' : undefined}
            >
              {words.hoursAgo(createFormat(language).count(hours), hours)}
            </a>
          ))}
        </nav>
        <p class="verdict" data-tone={TONES[verdict.outcome] ?? 'none'} role="status">
          {verdict.text[language]}
        </p>
        {rules.length === 0 ? null : <h2>{words.whyRules}</h2>}
        <ol class="rules">
          {rules.map((rule) => (
            <li data-decides={rule.decides ? 'true' : undefined}>
              <p class="label">
                {rule.name[language]}
                {rule.decides ? <span class="decides">{words.whyDecides}</span> : null}
              </p>
              <p>{rule.text[language]}</p>
            </li>
          ))}
        </ol>
        {told.length === 0 ? null : <h2>{words.whyTold}</h2>}
        <ul class="told">
          {told.map((each) => (
            <li>{each.text[language]}</li>
          ))}
        </ul>
      </main>
    </Frame>
  );
}

function WhyTop(props: { language: Language; username: string; isNow: boolean; at: string }) {
  const { language, username, isNow, at } = props;
  const words = MESSAGES[language];
  const other: Language = language === 'fa' ? 'en' : 'fa';
  return (
    <header class="bar">
      <a class="brand" href={`/?lang=${language}`}>
        <Mark />
        <span class="product">{words.product}</span>
      </a>
      <a class="language" href={`/?lang=${language}`}>
        {words.allLines}
      </a>
      <a
        class="language"
        href={momentUrl(username, other, isNow ? undefined : Date.parse(at))}
        hreflang={other}
        rel="alternate"
      >
        {words.otherLanguage}
      </a>
    </header>
  );
}

/** The page of a line at an instant of the past, or as it is now. */
function momentUrl(username: string, language: Language, at: Instant | undefined): string {
  const moment = at === undefined ? '' : `&at=${encodeURIComponent(new Date(at).toISOString())}`;
  return `/lines/${encodeURIComponent(username)}/why?lang=${language}${moment}`;
}
