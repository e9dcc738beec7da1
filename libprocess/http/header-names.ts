/**
 * Header names as Mesos writes them: every word with a capital, and the few that are spelled in their own way. Inside
 * the process names are lower case; clients that compare letters see what they know.
 */

const SPELLED: Readonly<Record<string, string>> = {
  'www-authenticate': 'WWW-Authenticate',
  etag: 'ETag',
  te: 'TE',
};

const known = new Map<string, string>(Object.entries(SPELLED));
/** Names come from handlers, so they are few; a handler that makes them up must not fill the memory. */
const KNOWN_MAX = 1_000;

/** `content-type` becomes `Content-Type`. */
function wireName(name: string): string {
  const spelled = known.get(name);
  if (spelled !== undefined) return spelled;
  const made = name.replace(/(^|-)([a-z])/g, (_all, dash: string, letter: string) => dash + letter.toUpperCase());
  if (known.size < KNOWN_MAX) known.set(name, made);
  return made;
}

/** `headers` as a list of names, as they go out, each with its value behind it: what Node and undici send fastest. */
export function wireHeaderList(headers: Readonly<Record<string, string>>): string[] {
  const list: string[] = [];
  for (const name in headers) list.push(wireName(name), headers[name] as string);
  return list;
}
