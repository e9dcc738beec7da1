/**
 * Which file may import which. `npm run lint` and `test/tidy.test.ts` both apply these rules.
 *
 *   libprocess ◀── zk ◀── mesos ◀── frameworks ◀── examples, tools
 *
 *   mesos/protocol   imports libprocess only
 *   mesos/common     imports mesos/protocol and libprocess only
 */

const PACKAGES = ['libprocess', 'zk', 'mesos', 'frameworks'];
const OUTSIDE = ['examples', 'tools', 'test'];

/** The seams of a runtime: outside libprocess nobody goes round them, or a simulation would not see it. */
const SEAMS = '^(node:)?(http|https|http2|net|tls|dgram|dns|child_process|worker_threads|timers)(/|$)';

export default {
  forbidden: [
    ...PACKAGES.map((name, layer) => ({
      name: `${name}-imports-downwards`,
      comment: 'Imports point one way: libprocess ← zk ← mesos ← frameworks ← examples, tools.',
      severity: 'error',
      from: { path: `^${name}/` },
      to: { path: `^(${[...PACKAGES.slice(layer + 1), ...OUTSIDE].join('|')})/` },
    })),
    {
      name: 'packages-meet-at-their-index',
      comment:
        'Across packages only through index.ts (and libprocess/trace.ts, for browsers); frameworks have one each.',
      severity: 'error',
      from: { path: `^(${[...PACKAGES, 'examples', 'tools'].join('|')})/` },
      to: {
        path: `^(${PACKAGES.join('|')})/`,
        pathNot: ['^$1/', '^[^/]+/index[.]ts$', '^libprocess/(testing|trace)[.]ts$', '^frameworks/[^/]+/index[.]ts$'],
      },
    },
    {
      name: 'frameworks-do-not-know-one-another',
      comment: 'Each framework is a product of its own.',
      severity: 'error',
      from: { path: '^frameworks/([^/]+)/' },
      to: { path: '^frameworks/', pathNot: ['^frameworks/$1/', '^frameworks/[^/]+/index[.]ts$'] },
    },
    {
      name: 'protocol-is-declarations',
      comment: 'A protocol imports libprocess and other protocols: both sides of a conversation share it.',
      severity: 'error',
      from: { path: '^mesos/protocol/' },
      to: { pathNot: ['^mesos/protocol/', '^libprocess/index[.]ts$'] },
    },
    {
      name: 'common-is-pure',
      comment: 'Pure functions over protocol values.',
      severity: 'error',
      from: { path: '^mesos/common/' },
      to: { pathNot: ['^mesos/(protocol|common)/', '^libprocess/index[.]ts$'] },
    },
    {
      name: 'products-do-not-import-tests',
      comment: 'libprocess/testing.ts is for test/, for examples of simulations, and for the tool that plays them.',
      severity: 'error',
      from: {
        path: `^(${[...PACKAGES, 'examples', 'tools'].join('|')})/`,
        pathNot: '^libprocess/testing([.]ts$|/)|^examples/.+/simulation[.]ts$|^tools/simulate[.]ts$',
      },
      to: { path: '^libprocess/testing([.]ts$|/)|^test/' },
    },
    {
      name: 'no-cycle',
      comment: 'Two files that need one another when they load are one idea cut in two.',
      severity: 'error',
      from: { path: `^(${PACKAGES.join('|')})/` },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-cycle-of-types',
      comment: 'Types may form a ring only in libprocess, where actor, runtime and seams describe one another.',
      severity: 'error',
      from: { path: '^(zk|mesos|frameworks)/' },
      to: { circular: true },
    },
    {
      name: 'seams-stay-in-libprocess',
      comment: 'Network, child processes, threads and timers are the runtime’s: decision 3 of the architecture.',
      severity: 'error',
      from: { path: '^(zk|mesos|frameworks)/', pathNot: '^mesos/webui/' },
      to: { path: `${SEAMS}|^node_modules/(@types/)?(undici|ws)/` },
    },
    {
      name: 'products-use-what-is-shipped',
      comment: 'A package from devDependencies is not there once the project is installed.',
      severity: 'error',
      from: { path: `^(${PACKAGES.join('|')})/` },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'everything-resolves',
      comment: 'An import of something that is not there.',
      severity: 'error',
      from: { path: `^(${PACKAGES.join('|')})/` },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|mesos/webui)/|^(mesos/[a-z]+[.]js|tools/.+[.]mjs)$|[.]config[.]ts$' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
