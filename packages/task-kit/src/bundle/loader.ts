/**
 * The head of a bundle, as it stands in the file (so it is plain JavaScript, and small).
 *
 * Node's compile cache can't help a file that was compiled before its first line turned the cache on. So
 * the body lies in a comment, which V8 only skips, and is compiled by the head: a bundle with all drivers
 * starts in half the time.
 *
 * The cache is code that will run. Node's own default is a folder in /tmp that another user could fill
 * first; here it is in the home folder that the system has for this user, whatever HOME says, and only if
 * nobody else can write there. Without one there is no cache. The body's file name has no digest, so that
 * a new version takes the old one's place in the cache.
 */
const HEAD = `"use strict";
const fs = require("node:fs"), os = require("node:os"), path = require("node:path");
try {
  const { homedir, uid } = os.userInfo(), home = fs.statSync(homedir);
  if (home.uid === uid && !(home.mode & 0o22)) {
    require("node:module").enableCompileCache(path.join(homedir, ".cache", "dolphinstage"));
  }
} catch {}
const text = fs.readFileSync(__filename, "latin1"), start = text.indexOf("/*\\n") + 3;
module._compile(
  text.slice(start, -3).replaceAll("ESCAPED_END", "*" + "/"),
  __filename.replace(/-[0-9a-f]{12}(?=\\.cjs$)/, ""),
);
/*
`;

const FOOT = '*/\n';

/** A text that isn't in the body, to stand for the end of a comment. */
function escapeFor(body: string): string {
  for (let number = 0; ; number += 1) {
    const escape = `*~${number}/`;
    if (!body.includes(escape)) return escape;
  }
}

/** The bundle's text: the head, and the body in a comment. */
export function withLoader(body: string): string {
  const escape = escapeFor(body);
  return `${HEAD.replace('ESCAPED_END', escape)}${body.replaceAll('*/', escape)}${FOOT}`;
}

/**
 * esbuild names modules by their paths as seen from the pack, which differ with where the pack lies.
 * What is left is the path in the package.
 */
export function withoutFolders(body: string): string {
  return body.replace(
    /(__(?:commonJS|esm)\(\{")(?:\.\.\/)*(?:[^"\n]*\/node_modules\/|node_modules\/)?/g,
    '$1',
  );
}
