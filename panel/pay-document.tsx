import type { Child } from 'hono/jsx';
import type { Language } from '../api/words/format.ts';

/** What a page around a payment, or of the sandbox bank, is made of. */
export interface PayDocumentProps {
  readonly language: Language;
  readonly dir: 'rtl' | 'ltr';
  readonly title: string;
  /** URL of the style sheet. */
  readonly style: string;
  /** URL of the script that posts a form, absent on pages without one. */
  readonly script?: string | undefined;
  /** Seconds after which the page is asked for again. */
  readonly refreshSeconds?: number | undefined;
  readonly children: Child;
}

/** A document of its own: nobody who pays needs the menus of the panel, and a bank is another site. */
export function PayDocument(props: PayDocumentProps) {
  const { language, dir, title, style, script, refreshSeconds, children } = props;
  return (
    <html lang={language} dir={dir}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {refreshSeconds === undefined ? null : <meta http-equiv="refresh" content={String(refreshSeconds)} />}
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={style} />
        {script === undefined ? null : <script type="module" src={script} />}
      </head>
      <body>{children}</body>
    </html>
  );
}

/** A link to the same page in the other language. */
export function OtherLanguage(props: {
  readonly path: string;
  readonly language: Language;
  readonly label: string;
}) {
  const other: Language = props.language === 'fa' ? 'en' : 'fa';
  return (
    <a href={`${props.path}?lang=${other}`} hreflang={other} lang={other}>
      {props.label}
    </a>
  );
}
