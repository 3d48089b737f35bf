/** The style of the page of the documentation: light and dark as the reader's machine is, from 320 px on. */
export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f4f3ee, #0e1413);
  --card: light-dark(#fff, #161f1d);
  --edge: light-dark(#e2e0d6, #27332f);
  --ink: light-dark(#16211f, #e9f0ed);
  --quiet: light-dark(#5b6764, #9aaaa5);
  --brand: light-dark(#0b5d57, #5cc4b6);
  --green: light-dark(#0d6b45, #4cd08f);
  --blue: light-dark(#1d4f9e, #8ab4f8);
  --amber: light-dark(#8a5200, #f2b544);
  --red: light-dark(#b3261e, #ff8a80);
}
* { box-sizing: border-box; margin: 0; }
html { background: var(--paper); scroll-padding-top: 1rem; }
body {
  max-inline-size: 84rem; margin-inline: auto; padding: 1.25rem clamp(1rem, 3vw, 2.5rem) 4rem;
  color: var(--ink); font: 400 1rem/1.6 system-ui, sans-serif;
}
a { color: var(--brand); }
h1 { font-size: 1.7rem; line-height: 1.3; margin-block-end: 0.5rem; }
h2 { font-size: 1.35rem; margin-block: 2.5rem 0.75rem; }
h3 { font-size: 1.1rem; line-height: 1.4; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
h4 { font-size: 0.8rem; color: var(--quiet); margin-block: 1rem 0.25rem; }
header p { max-inline-size: 46rem; margin-block-end: 0.5rem; }
code, pre, .method { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.88em; }
code { overflow-wrap: anywhere; }
article {
  background: var(--card); border: 1px solid var(--edge); border-radius: 0.6rem;
  padding: 1rem clamp(0.85rem, 2vw, 1.4rem); margin-block-end: 1rem; scroll-margin-top: 1rem;
}
article:target { border-color: var(--brand); }
article p { margin-block: 0.25rem; }
.call { display: flex; gap: 0.6rem; align-items: baseline; }
.quiet, dd { color: var(--quiet); font-size: 0.88rem; }
.method { font-weight: 700; min-inline-size: 3.6rem; }
.get { color: var(--green); }
.post { color: var(--blue); }
.put, .patch { color: var(--amber); }
.delete { color: var(--red); }
.status { font-weight: 700; margin-inline-end: 0.3rem; }
.type { color: var(--quiet); font-size: 0.9rem; overflow-wrap: anywhere; }
details { margin-block: 0.35rem; }
summary { cursor: pointer; }
:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; border-radius: 0.2rem; }
table { inline-size: 100%; border-collapse: collapse; font-size: 0.92rem; table-layout: fixed; }
th { text-align: start; color: var(--quiet); font-weight: 500; font-size: 0.8rem; }
th:nth-child(1) { inline-size: 30%; }
th:nth-child(2) { inline-size: 27%; }
th, td { padding: 0.35rem 0.75rem 0.35rem 0; vertical-align: top; border-block-end: 1px solid var(--edge); }
tbody tr:last-child td { border-block-end: 0; }
dl div { display: grid; grid-template-columns: 3rem 1fr; }
dt { font-weight: 600; font-size: 0.88rem; }
pre {
  overflow-x: auto; padding: 0.75rem; margin-block: 0.35rem; border-radius: 0.4rem;
  background: var(--paper); border: 1px solid var(--edge); line-height: 1.5;
}
nav ul { list-style: none; padding: 0; margin-block: 0.15rem 0.5rem; }
nav li a {
  display: grid; grid-template-columns: 3.9rem 1fr; padding-block: 0.2rem;
  color: inherit; text-decoration: none; font-size: 0.88rem; line-height: 1.4;
}
nav li a:hover span:last-child { text-decoration: underline; }
nav .resource { font-weight: 600; line-height: 1.9; color: inherit; }
nav .method { font-size: 0.75rem; line-height: 1.65; }
@media (min-width: 62rem) {
  body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); gap: 1.25rem 2.5rem; align-items: start; }
  header { grid-column: 1 / -1; }
  main h2:first-child { margin-block-start: 0; }
  nav { position: sticky; top: 1.25rem; max-block-size: calc(100dvh - 2.5rem); overflow-y: auto; padding-inline-end: 0.5rem; }
}
@media (max-width: 61.99rem) {
  nav { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
  nav ul { display: none; }
}
@media (max-width: 40rem) {
  thead { position: absolute; clip-path: inset(50%); inline-size: 1px; block-size: 1px; overflow: hidden; }
  tr { display: block; padding-block: 0.45rem; border-block-end: 1px solid var(--edge); }
  tbody tr:last-child { border-block-end: 0; }
  td { display: block; padding: 0; border: 0; }
}
@media print {
  nav { display: none; }
}
`;
