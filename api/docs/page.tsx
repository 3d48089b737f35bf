import type { AnswerView, BodyView, DocsView, OperationView, ParameterRow } from './docs-view.ts';
import type { FieldRow, TypePart } from './schema-text.ts';

/** The documentation as one page: no script, nothing from elsewhere. */
export function DocsPage({ view, style }: { readonly view: DocsView; readonly style: string }) {
  return (
    <html lang="en" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Mizan: HTTP API</title>
        <link rel="stylesheet" href={style} />
      </head>
      <body>
        <header>
          <h1>Mizan: HTTP API</h1>
          <p>{view.about}</p>
          <p>
            Every call bears <code>Authorization: Bearer TOKEN</code>. Programs read{' '}
            <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).
          </p>
        </header>
        <Contents view={view} />
        <main>
          {view.resources.map(({ name, operations }) => (
            <section>
              <h2 id={anchorOf(name)}>{name}</h2>
              {operations.map((operation) => (
                <Operation {...operation} />
              ))}
            </section>
          ))}
          <Shapes view={view} />
        </main>
      </body>
    </html>
  );
}

function Contents({ view }: { readonly view: DocsView }) {
  return (
    <nav aria-label="Contents">
      {view.resources.map(({ name, operations }) => (
        <div>
          <a class="resource" href={`#${anchorOf(name)}`}>
            {name}
          </a>
          <ul>
            {operations.map(({ id, method, summary }) => (
              <li>
                <a href={`#${id}`}>
                  <Method method={method} />
                  <span>{summary}</span>
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <a class="resource" href="#shapes">
        Shapes
      </a>
    </nav>
  );
}

function Operation(operation: OperationView) {
  const { id, method, path, summary, description, callers, parameters, body, answers, problems, curl } =
    operation;
  return (
    <article id={id}>
      <h3>
        <a href={`#${id}`}>{summary}</a>
      </h3>
      <p class="call">
        <Method method={method} /> <code>{breakable(path)}</code>
      </p>
      {description !== '' && <p>{description}</p>}
      <p class="quiet">May call: {callers.join(', ')}</p>
      {parameters.length > 0 && (
        <>
          <h4>Parameters</h4>
          <Fields rows={parameters} />
        </>
      )}
      {body !== undefined && (
        <>
          <h4>Body</h4>
          <Body {...body} />
        </>
      )}
      <h4>Answers</h4>
      {answers.map((answer) => (
        <Answer {...answer} />
      ))}
      <details>
        <summary>Errors: {problems.map(({ status }) => status).join(', ')}</summary>
        <dl>
          {problems.map(({ status, what }) => (
            <div>
              <dt>{status}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </details>
      <details>
        <summary>Example</summary>
        <pre tabindex={0}>{curl}</pre>
      </details>
    </article>
  );
}

function Answer({ status, what, body }: AnswerView) {
  const about = (
    <>
      <span class="status">{status}</span> {what} {body !== undefined && <Type parts={body.parts} />}
    </>
  );
  if (body === undefined || body.tables.length === 0) return <p class="answer">{about}</p>;
  return (
    <details>
      <summary>{about}</summary>
      <Tables tables={body.tables} />
    </details>
  );
}

function Body({ type, parts, tables }: BodyView) {
  return (
    <>
      <p>
        <code>{type}</code> <Type parts={parts} />
      </p>
      <Tables tables={tables} />
    </>
  );
}

function Tables({ tables }: Pick<BodyView, 'tables'>) {
  return tables.map((rows, index) => (
    <>
      {index > 0 && <p class="quiet">or</p>}
      <Fields rows={rows} />
    </>
  ));
}

function Shapes({ view }: { readonly view: DocsView }) {
  return (
    <section>
      <h2 id="shapes">Shapes</h2>
      {view.shapes.map(({ name, meaning, rows }) => (
        <article id={shapeAnchor(name)}>
          <h3>
            <a href={`#${shapeAnchor(name)}`}>{name}</a>
          </h3>
          {meaning !== '' && <p>{meaning}</p>}
          <Fields rows={rows} />
        </article>
      ))}
    </section>
  );
}

function Fields({ rows }: { readonly rows: readonly (FieldRow | ParameterRow)[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            <td>
              <code>{breakable(row.path)}</code>
              {'place' in row && <span class="quiet"> {row.place}</span>}
            </td>
            <td>
              <Type parts={row.type} />
              {!row.required && <span class="quiet">, optional</span>}
            </td>
            <td>{row.meaning}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Type({ parts }: { readonly parts: readonly TypePart[] }) {
  return (
    <span class="type">
      {parts.map(({ text, shape }) => (shape ? <a href={`#${shapeAnchor(shape)}`}>{text}</a> : text))}
    </span>
  );
}

function Method({ method }: { readonly method: string }) {
  return <span class={`method ${method}`}>{method.toUpperCase()}</span>;
}

/** Lets a long name break where a reader would break it. */
function breakable(name: string) {
  return name.split(/(?<=[/.[])/).map((piece, index) => (
    <>
      {index > 0 && <wbr />}
      {piece}
    </>
  ));
}

function anchorOf(resource: string): string {
  return `resource-${resource.toLowerCase().replaceAll(' ', '-')}`;
}

function shapeAnchor(name: string): string {
  return `shape-${name}`;
}
