/** What a package exports for people to use says what it is: shapes, units, errors, source. */
import { join, relative } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { ROOT } from './pages.ts';

const ENTRIES = ['libprocess/index.ts', 'libprocess/testing.ts'];
const TIMEOUT_MS = 60_000;

test('every export of libprocess has a comment', () => expect(undocumented()).toEqual([]), TIMEOUT_MS);

/** Exports without a comment, as `file name`. */
function undocumented(): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const rootNames = ENTRIES.map(entry => join(ROOT, entry));
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: rootNames, include: [] }, ts.sys, ROOT);
  const program = ts.createProgram({ rootNames, options });
  const checker = program.getTypeChecker();
  const exported = rootNames.flatMap(path => {
    const source = program.getSourceFile(path);
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
    return module === undefined ? [] : checker.getExportsOfModule(module);
  });
  const missing = exported.flatMap(symbol => {
    const declared = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return isDocumented(declared, checker) ? [] : [`${fileOf(declared)} ${symbol.name}`];
  });
  return [...new Set(missing)].sort();
}

/** A module, as of `export * as http`, is documented by the comment that every file opens with. */
function isDocumented(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  if (symbol.flags & ts.SymbolFlags.ValueModule) return true;
  return symbol.getDocumentationComment(checker).length > 0 || symbol.getJsDocTags(checker).length > 0;
}

function fileOf(symbol: ts.Symbol): string {
  const [declaration] = symbol.declarations ?? [];
  return declaration === undefined ? '?' : relative(ROOT, declaration.getSourceFile().fileName);
}
