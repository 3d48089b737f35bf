import type { StoredSetting } from '../../engine/orders/catalogue-store.ts';
import { type SettingName, USUAL_SETTINGS } from '../../engine/orders/house-settings.ts';
import type { Instant } from '../../engine/values/instant.ts';
import { settingBody, settingParams, shownSettingBody } from '../../schemas/http/catalogue.ts';
import { settingAnswer, settingsAnswer } from '../../schemas/http/catalogue-answers.ts';
import { settingDeclaration } from '../../schemas/http/setting.ts';
import type { Told } from '../../schemas/http/told.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso, toIsoOrNull } from '../iso-time.ts';
import { unprocessable } from '../problem.ts';
import { parseInput } from '../read-input.ts';
import { Resource } from '../route.ts';
import { withStates } from '../version-state.ts';

/** All settings as they hold now. */
export type SettingsAnswer = Told<typeof settingsAnswer>;

/** All values of a setting. */
export type SettingAnswer = Told<typeof settingAnswer>;

const NO_SUCH_SETTING = 'There is no setting of this name.';
/** Where the ledger finds a fault of the one setting that it was told. */
const PREFIX = /^settings\[0\]\.?/;

/** What one house does otherwise than another, each with the dates from which it holds. */
export function settingRoutes({ ledger: { catalogue }, clock }: ApiDeps): Resource {
  const settingOf = async (name: SettingName): Promise<SettingAnswer> =>
    historyOf(name, (await catalogue.catalogue()).settings, clock.now());
  return new Resource('Settings')
    .serve(
      {
        ...{ method: 'get', path: '/settings', operationId: 'listSettings' },
        summary: 'List the settings of the house as they hold now',
        answers: { 200: settingsAnswer },
      },
      async () => {
        const { settings } = await catalogue.catalogue();
        const names = Object.keys(USUAL_SETTINGS) as SettingName[];
        return { settings: names.map((name) => presentOf(name, settings, clock.now())) };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/settings/{name}', operationId: 'getSetting' },
        summary: 'Show all values of a setting: past, present and future',
        params: settingParams,
        answers: { 200: settingAnswer },
        problems: { 404: NO_SUCH_SETTING },
      },
      ({ params: { name } }) => settingOf(name),
    )
    .serve(
      {
        ...{ method: 'put', path: '/settings/{name}', operationId: 'setSetting' },
        summary: 'Set a setting from a date on',
        description: 'What held before now never changes; a value that holds already by then is no change.',
        params: settingParams,
        body: settingBody,
        shownBody: shownSettingBody,
        answers: { 200: settingAnswer },
        problems: { 404: NO_SUCH_SETTING },
      },
      async ({ params: { name }, body }, c) => {
        const read = parseInput(settingDeclaration, { name, ...body });
        if (!read.ok) return unprocessable(c, read.error);
        const { actor } = principalOf(c);
        const declared = await catalogue.declare({ settings: [read.value] }, actor, clock.now());
        if (!declared.ok) {
          const faults = declared.error.map(({ path, message }) => ({
            path: path.replace(PREFIX, ''),
            message,
          }));
          return unprocessable(c, faults);
        }
        return settingOf(name);
      },
    );
}

function statesOf(name: SettingName, settings: readonly StoredSetting[], now: Instant) {
  return withStates(
    settings.filter((setting) => setting.name === name),
    now,
  );
}

function presentOf(name: SettingName, settings: readonly StoredSetting[], now: Instant) {
  const states = statesOf(name, settings, now);
  const present = states.find(({ state }) => state === 'present');
  const next = states.find(({ state }) => state === 'future');
  return {
    name,
    value: present === undefined ? USUAL_SETTINGS[name] : present.version.value,
    from: toIsoOrNull(present?.version.from),
    until: toIsoOrNull(next?.version.from),
  };
}

function historyOf(name: SettingName, settings: readonly StoredSetting[], now: Instant): SettingAnswer {
  const versions = statesOf(name, settings, now).map(({ version, until, state }) => ({
    from: toIso(version.from),
    until: toIsoOrNull(until),
    state,
    value: version.value,
    actor: version.actor,
    setAt: toIso(version.setAt),
  }));
  return { name, usual: USUAL_SETTINGS[name], versions };
}
