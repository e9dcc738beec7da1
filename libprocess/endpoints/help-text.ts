/**
 * Help on endpoints: what `/help` shows, made from routes. Pure.
 *
 * Source: libprocess help.hpp (`HELP`, `TLDR`, `DESCRIPTION`, `AUTHENTICATION`, `AUTHORIZATION`).
 */
import type { RouteOptions } from '../http/routes.ts';
import { escapeHtml, renderMarkdown } from './markdown.ts';

export interface HelpPage {
  readonly id: string;
  readonly endpoints: readonly HelpEntry[];
}

interface HelpEntry {
  /** The path below `/<id>`, with its slash. */
  readonly name: string;
  /** Markdown. */
  readonly text: string;
}

/** Markdown on the endpoint `name` of the actor `id`. Of `help` the first line is the summary. */
export function helpText(id: string, name: string, options: RouteOptions): string {
  const { help, realm, authorization, webSocket = false } = options;
  const path = `/${id}${name === '/' ? '' : name}`;
  if (help === undefined) return `## No help page for \`${path}\`\n`;
  const [summary = '', ...description] = help.split('\n');
  const about = description.join('\n').trim();
  const authentication =
    realm === undefined
      ? 'This endpoint does not require authentication.'
      : 'This endpoint requires authentication iff HTTP authentication is enabled.';
  return [
    section('USAGE', `>        ${webSocket ? 'ws://<host>:<port>' : ''}${path}`),
    section('TL;DR;', `>        ${summary}`),
    about === '' ? '' : section('DESCRIPTION', about),
    section('AUTHENTICATION', authentication),
    authorization === undefined ? '' : section('AUTHORIZATION', authorization),
  ].join('');
}

/** All `pages` as a list of links. */
export function helpIndex(pages: readonly HelpPage[]): string {
  const items = pages.map(({ id, endpoints }) => {
    const links = endpoints.map(({ name }) => `<li>${linkTo(id, name)}</li>`);
    return `<li><a href="/help/${escapeHtml(encodeURIComponent(id))}">/${escapeHtml(id)}</a><ul>${links.join('')}</ul></li>`;
  });
  return htmlPage('Help', `<h1>Help</h1><ul>${items.join('')}</ul>`);
}

/** The endpoints of one actor, with their texts. */
export function helpOn({ id, endpoints }: HelpPage): string {
  const parts = endpoints.map(({ name, text }) => `<h2>${linkTo(id, name)}</h2>${renderMarkdown(text)}`);
  return htmlPage(`/${id}`, `<h1>/${escapeHtml(id)}</h1>${parts.join('')}`);
}

function linkTo(id: string, name: string): string {
  const path = name === '/' ? '' : name;
  return `<a href="/help/${escapeHtml(encodeURIComponent(id) + path)}">/${escapeHtml(id + path)}</a>`;
}

function section(title: string, text: string): string {
  return `### ${title} ###\n${text}\n\n`;
}

function htmlPage(title: string, body: string): string {
  return `<!DOCTYPE html><html><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body>${body}</body></html>`;
}
