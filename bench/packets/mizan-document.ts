/**
 * What Mizan is told before it is loaded: one NAS, one plan, and lines whose passwords are their names. Volume and speed are
 * such that the load never reaches them: what is measured is the ordinary case.
 */
export function mizanDocument(secret: string, usernames: readonly string[]): object {
  return {
    nas: [{ name: 'bench', address: '127.0.0.1', secret, vendor: 'mikrotik' }],
    plans: [
      {
        name: 'bench',
        days: 30,
        quota: { octets: 1024 ** 4, charge: 'download' },
        speed: { downKbps: 1_000_000, upKbps: 1_000_000 },
      },
    ],
    lines: usernames.map((username) => ({ username, password: username, plan: 'bench' })),
  };
}
