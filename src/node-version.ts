// Imported before anything else: an older Node says which one is needed instead of failing on some line of ours. Written
// so that old versions can read it, and alone: what imports it loads the rest with `import()`.

var NEEDED = [20, 11];

/** What is wrong with a version of Node, in words; an empty text when it is new enough. */
export function nodeProblem(version: string): string {
  var parts = version.split('.').map(Number);
  var major = parts[0] || 0;
  var minor = parts[1] || 0;
  if (major > NEEDED[0]! || (major === NEEDED[0] && minor >= NEEDED[1]!)) return '';
  return (
    'Stethos needs Node.js ' +
    NEEDED.join('.') +
    ' or newer, this is ' +
    version +
    '. Install it from https://nodejs.org.'
  );
}

var problem = nodeProblem(process.versions.node);
if (problem !== '') {
  console.error(problem);
  process.exit(2);
}
