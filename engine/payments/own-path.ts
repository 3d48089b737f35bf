/** Stands for our own address while a path is read as a browser would read it. */
const OWN = 'http://own.invalid';

/**
 * Whether `path` leads to one of our own pages: below one of `folders` (`/` alone is the first page only). Whatever a
 * browser could read as another host, or as another path than is written, is refused, so that nobody is sent away by
 * a payment (open redirect).
 */
export function isOwnPath(path: string, folders: readonly string[]): boolean {
  if (!/^\/[\x21-\x7e]*$/.test(path) || path.includes('\\') || !URL.canParse(path, OWN)) return false;
  const { origin, pathname, search, hash } = new URL(path, OWN);
  if (origin !== OWN || `${pathname}${search}${hash}` !== path) return false;
  return folders.some(
    (folder) => pathname === folder || (folder !== '/' && pathname.startsWith(`${folder}/`)),
  );
}
