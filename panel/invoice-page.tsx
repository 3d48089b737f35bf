import type { InvoiceSheet, SheetFact, SheetParty, SheetSum } from '../engine/invoices/invoice-sheet.ts';
import type { AssetUrls } from './page.tsx';

/** What an invoice's page is given. */
export interface InvoicePageProps {
  /** All of its texts, the same as those of the PDF. */
  readonly sheet: InvoiceSheet;
  /** The QR code of `sheet.verification`: dark modules as the `d` of a path in a square of `size` units. */
  readonly qr: { readonly size: number; readonly path: string };
  /** Addresses of `invoice.css` and of the icon. */
  readonly assets: Pick<AssetUrls, 'style' | 'icon'>;
  /** Address of the same invoice as PDF; without it no link is shown. */
  readonly pdfUrl?: string;
}

/** An invoice to be read on the screen and printed on A4 «چاپ فاکتور» (product line P14). It needs no script. */
export function InvoicePage({ sheet, qr, assets, pdfUrl }: InvoicePageProps) {
  const { language, dir, title, facts, parties, line, payments } = sheet;
  return (
    <html lang={language} dir={dir}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} ${facts[0]?.value ?? ''}`}</title>
        <link rel="icon" type="image/svg+xml" href={assets.icon} />
        <link rel="stylesheet" href={assets.style} />
      </head>
      <body>
        {pdfUrl === undefined ? null : (
          <nav>
            <a href={pdfUrl}>{sheet.pdf}</a>
          </nav>
        )}
        <main>
          <header>
            <div>
              <h1>{title}</h1>
              <p class="seller">{parties[0]?.name}</p>
            </div>
            <Facts facts={facts} />
          </header>
          <div class="parties">{parties.map(partyBox)}</div>
          <Facts facts={line} />
          <GoodsTable title={title} columns={sheet.columns} rows={sheet.rows} />
          <div class="foot">
            <section>
              <div class="proof">
                <svg viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label={sheet.verifyTitle}>
                  <path d={qr.path} />
                </svg>
                <div>
                  <p class="quiet">{sheet.verifyTitle}</p>
                  {sheet.stamp === '' ? null : <p class="stamp">{sheet.stamp}</p>}
                </div>
              </div>
              <h2>{sheet.paymentsTitle}</h2>
              {payments.map((payment) => (
                <p>{payment}</p>
              ))}
            </section>
            <section>
              <table class="sums">
                <tbody>
                  {sheet.sums.map((sum) => sumRow(sum))}
                  {sumRow(sheet.payable, 'payable')}
                </tbody>
              </table>
              <Facts facts={sheet.words} />
            </section>
          </div>
        </main>
      </body>
    </html>
  );
}

function Facts({ facts }: { facts: readonly SheetFact[] }) {
  return (
    <dl>
      {facts.map(({ label, value }) => (
        <div>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function partyBox({ title, name, facts }: SheetParty) {
  return (
    <section>
      <h2>
        {title} <b>{name}</b>
      </h2>
      <Facts facts={facts} />
    </section>
  );
}

/** Its frame takes the keyboard, because it scrolls on a narrow screen. */
function GoodsTable({ title, columns, rows }: Pick<InvoiceSheet, 'title' | 'columns' | 'rows'>) {
  return (
    <section class="goods" aria-label={title} tabindex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ index, description, note, figures }) => (
            <tr>
              <td>{index}</td>
              <td>
                {description}
                {note === '' ? null : <p class="quiet">{note}</p>}
              </td>
              {figures.map((figure) => (
                <td class="figure">{figure}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function sumRow({ label, notes, amount }: SheetSum, kind?: string) {
  return (
    <tr class={kind}>
      <th scope="row">
        {label}
        {notes.map((note) => (
          <p class="quiet">{note}</p>
        ))}
      </th>
      <td class="figure">{amount}</td>
    </tr>
  );
}
