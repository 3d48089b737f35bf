import type { LineField, LinePicture } from './line-picture.ts';
import type { Messages } from './messages/fa.ts';

/** One line of the list. `data-text` names the field that `live.js` writes there. */
export function LineCard(props: { id: string; picture: LinePicture; words: Messages; whyUrl: string }) {
  const { id, picture, words, whyUrl } = props;
  const { text, state, mode, tone, share } = picture;
  const field = (name: LineField, kind?: string) => (
    <span class={kind} data-text={name}>
      {text[name]}
    </span>
  );
  return (
    <li class="line" data-id={`line:${id}`} data-state={state} data-mode={mode} data-tone={tone}>
      <div class="who">
        <h2>
          <bdi data-text="name">{text.name}</bdi>
        </h2>
        {field('state', 'state')}
        <p class="ids">
          <span>
            <bdi data-text="username">{text.username}</bdi>
          </span>
          <span>
            <bdi data-text="plan">{text.plan}</bdi>
          </span>
        </p>
      </div>
      <div class="left">
        <p class="label">{words.remaining}</p>
        <p class="figure">
          {field('remaining', 'number')}
          {field('remainingUnit', 'unit')}
          {field('granted', 'granted')}
        </p>
        {share === null ? null : <progress max="1000" value={String(share)} aria-label={words.remaining} />}
      </div>
      <dl class="facts">
        <div class="received">
          <dt>{words.received}</dt>
          <dd>{field('received')}</dd>
        </div>
        <div class="sent">
          <dt>{words.sent}</dt>
          <dd>{field('sent')}</dd>
        </div>
        <div class="speed">
          <dt>{field('mode')}</dt>
          <dd>{field('speed')}</dd>
        </div>
        <div class="ends">
          <dt>{words.ends}</dt>
          <dd>{field('ends')}</dd>
        </div>
      </dl>
      <p class="whylink">
        <a href={whyUrl}>{words.why}</a>
      </p>
    </li>
  );
}
