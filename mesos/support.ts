/**
 * What of Mesos is there: each call, event, flag and endpoint implemented, answered 501, or refused with its sentence.
 *
 * Gathered from the tables by which master and agent serve, and loaded only when it is asked for.
 */

/** By what it is about, then by name. */
export type SupportTables = Readonly<Record<string, Readonly<Record<string, string>>>>;

export async function supportTables(): Promise<SupportTables> {
  const { MASTER_SUPPORT } = await import('./master/support.ts');
  const { FLAG_SUPPORT } = await import('./agent/flags.ts');
  const { ENDPOINTS } = await import('./agent/http/endpoints.ts');
  const endpoints = Object.entries(ENDPOINTS).map(([path, { status }]) => [path, status] as const);
  return { ...MASTER_SUPPORT, 'Agent endpoints': Object.fromEntries(endpoints), 'Agent flags': FLAG_SUPPORT };
}
