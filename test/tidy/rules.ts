/** What a folder may import. A folder is `engine/<name>`, or `engine` (its wiring files), `api`, `panel`, ... */
export interface ImportRule {
  /** Folders whose values and types may be imported. Its own folder is always allowed. */
  readonly may: readonly string[];
  /** Folders of which only types may be imported. */
  readonly typesOnly?: readonly string[];
}

const business = ['subscribers', 'orders', 'payments', 'invoices', 'ledger', 'messaging', 'support'];
const rules = ['radius', 'nas', 'accounting', 'quota', 'policy', 'catalog', 'addresses'];
const domains = ['values', ...rules, ...business].map((name) => `engine/${name}`);
const shells = [
  'pipeline',
  'explain',
  'transport',
  'store',
  'jobs',
  'runtime',
  'demo',
  'documents',
  'import',
].map((name) => `engine/${name}`);
const values = 'engine/values';
const everything = ['engine', ...domains, ...shells, 'schemas', 'api', 'panel'];

/** The import table. A folder that is not listed here may not hold a source file. */
export const importTable: Readonly<Record<string, ImportRule>> = {
  'engine/values': { may: [] },
  'engine/radius': { may: [values] },
  'engine/accounting': { may: [values, 'engine/radius'] },
  'engine/quota': { may: [values, 'engine/catalog'] },
  'engine/catalog': { may: [values] },
  'engine/ledger': { may: [values] },
  'engine/policy': { may: [values, 'engine/quota', 'engine/catalog', 'engine/accounting'] },
  'engine/addresses': { may: [values, 'engine/radius', 'engine/accounting', 'engine/policy'] },
  'engine/nas': { may: [values, 'engine/radius', 'engine/accounting', 'engine/policy'] },
  'engine/subscribers': { may: domains },
  'engine/orders': { may: domains },
  'engine/payments': { may: domains },
  'engine/invoices': { may: domains },
  'engine/messaging': { may: domains },
  'engine/support': { may: domains },
  'engine/import': { may: domains },
  'engine/pipeline': { may: domains, typesOnly: ['engine/store'] },
  'engine/explain': { may: [...domains, 'engine/pipeline'] },
  'engine/jobs': {
    may: [...domains, 'engine/pipeline', 'engine/runtime'],
    typesOnly: ['engine/store', 'engine/transport'],
  },
  'engine/store': {
    may: [...domains, 'engine/runtime'],
    typesOnly: ['engine/pipeline', 'engine/jobs', 'engine/explain'],
  },
  'engine/transport': { may: [values, 'engine/radius', 'engine/pipeline', 'engine/runtime'] },
  'engine/runtime': { may: [values, 'engine/radius'], typesOnly: ['engine/pipeline'] },
  'engine/documents': { may: [values, 'engine/invoices', 'engine/runtime'] },
  'engine/demo': { may: [values, 'engine/radius'], typesOnly: ['engine/subscribers'] },
  engine: { may: everything },
  schemas: { may: domains },
  api: { may: ['engine', ...domains, ...shells, 'schemas'] },
  panel: { may: ['api', 'schemas', values], typesOnly: domains },
  bench: { may: everything },
  test: { may: [...everything, 'bench'] },
};

/** Folders without I/O, and the only modules from outside that they may load. */
export const pureFolders = {
  folders: ['values', 'radius', 'nas', 'accounting', 'quota', 'policy', 'catalog', 'ledger', 'addresses'].map(
    (name) => `engine/${name}`,
  ),
  modules: ['node:crypto', 'node:buffer', '@internationalized/date'],
  /** `isIP` of node:net is a pure function; the rest of that module is not for these folders. */
  named: [{ folder: 'engine/radius', module: 'node:net', names: ['isIP', 'isIPv4', 'isIPv6'] }],
} as const;

/** Folders in which the clock and the random source may be read. */
export const clockFolders: readonly string[] = ['engine/runtime', 'bench', 'test'];

/** Lengths in lines. A function is counted without its doc comment. */
export const limits = { functionLines: 70, fileLines: 300, testFileLines: 400, readmeLines: 80 } as const;

/** Files written by a program, which no length or comment rule judges. */
export const generatedFiles: readonly string[] = [];

/** Where running starts: each pattern names files that nobody has to import. */
export const entryPatterns: readonly RegExp[] = [
  /(^|\/)main\.ts$/,
  /\.test\.tsx?$/,
  /^test\/vitest\.config\.ts$/,
];

/** Exports that nobody imports and that stay, as `path#name`, each with its reason in a comment above. */
export const unusedExportsAllowed: readonly string[] = [];

/** The top-level folders whose TypeScript is checked. */
export const sourceRoots: readonly string[] = ['engine', 'api', 'panel', 'schemas', 'bench', 'test'];

/** Words that mark unfinished work, spelt in halves so that this list does not find itself. */
export const unfinishedWords: readonly string[] = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'];
