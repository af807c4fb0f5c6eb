// Copies the browser files that the pages use from node_modules into the package, once, with versions, licences and
// SHA-256 sums. Run it by hand after a version was raised in package.json (see docs/vendored.md):
//   npm ci --ignore-scripts && node vendor.mjs
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = process.argv[2] ?? join(here, "node_modules");
const target = join(here, "../../shuangcha/desk/static/vendor");
const read = (...parts) => readFileSync(join(modules, ...parts), "utf8");
const sha256 = (text) => createHash("sha256").update(text, "utf8").digest("hex");

// A source map that is named but absent makes hashed static files fail at collection.
const stripMap = (text) => text.replace(/\n?\/[/*][#@] sourceMappingURL=[^\n]*/g, "").trimEnd() + "\n";

function sprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").map((line) => line.trim()).filter(Boolean);
  const symbols = names.map((name) => {
    const svg = read("bootstrap-icons", "icons", `${name}.svg`);
    const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 16 16">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor">\n${symbols.join("\n")}\n</svg>\n`;
}

const wanted = {
  "bootstrap": { "bootstrap.min.css": () => stripMap(read("bootstrap", "dist/css/bootstrap.min.css")) },
  "bootstrap-icons": { "sprite.svg": sprite },
};

rmSync(target, { recursive: true, force: true });
const manifest = { packages: [] };
for (const [name, files] of Object.entries(wanted)) {
  const about = JSON.parse(read(name, "package.json"));
  const folder = join(target, name, about.version);
  mkdirSync(folder, { recursive: true });
  const entry = { name, version: about.version, licence: about.license, files: {} };
  for (const [file, make] of Object.entries({ ...files, "LICENSE": () => read(name, "LICENSE") })) {
    const text = make();
    writeFileSync(join(folder, file), text);
    entry.files[`${name}/${about.version}/${file}`] = sha256(text);
  }
  manifest.packages.push(entry);
}
writeFileSync(join(target, "MANIFEST.json"), JSON.stringify(manifest, null, 2) + "\n");
