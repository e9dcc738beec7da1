/** Help texts as HTML: what is marked up, and that nothing in them is HTML itself. */
import { expect, test } from 'vitest';
import { renderMarkdown } from '../../../libprocess/endpoints/markdown.ts';

test.each([
  ['### TL;DR; ###', '<h3>TL;DR;</h3>'],
  ['>        level=1  raises\n>        level=2', '<pre>level=1  raises\nlevel=2</pre>'],
  ['one\ntwo\n\nthree', '<p>one\ntwo</p><p>three</p>'],
  ['- one\n- two', '<li>one</li><li>two</li>'],
  ['a `code` and *stress*, 2 * 3 * 4', '<p>a <code>code</code> and <em>stress</em>, 2 * 3 * 4</p>'],
  ['<script>"&"', '<p>&lt;script&gt;&quot;&amp;&quot;</p>'],
  ['', ''],
])('%j becomes %j', (text, html) => {
  expect(renderMarkdown(text)).toBe(html);
});
