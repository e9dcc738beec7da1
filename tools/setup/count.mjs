/**
 * A vitest reporter of one line: `212 passed, 0 failed`, with `, 3 skipped` when some were.
 *
 * A file that does not load has no tests to count, and is one failure; so is an error outside any test.
 */
export default class Count {
  onTestRunEnd(modules, unhandledErrors) {
    const states = modules.flatMap(module => [...module.children.allTests()].map(test => test.result().state));
    const count = state => states.filter(other => other === state).length;
    const failed =
      count('failed') + modules.filter(module => module.errors().length > 0).length + unhandledErrors.length;
    const skipped = count('skipped');
    const line = `${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    process.once('exit', () => console.log(line)); // After vitest's own summary, alone on the last line.
  }
}
