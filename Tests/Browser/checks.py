"""What a page must be for everybody: contrast, names, landmarks, sizes (WCAG 2.2 AA, as far as a script can tell)."""

CONTRAST = r"""
() => {
  const parse = (text) => {
    const canvas = parse.canvas || (parse.canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true }));
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, bottom) => top.slice(0, 3).map((c, i) => c * top[3] + bottom[i] * (1 - top[3])).concat(1);
  const light = (c) => {
    const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const back = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color[3] > 0) layers.push(color);
      if (color[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || seen.has(element)) continue;
    seen.add(element);
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || style.visibility !== 'visible' || element.closest('script,noscript,option,.sr-only')) continue;
    if (element.closest(':disabled')) continue;
    const ground = back(element);
    const value = ratio(over(parse(style.color), ground), ground);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (value < (isLarge ? 3 : 4.5)) found.push(`${value.toFixed(2)}:1 ${element.tagName}.${element.className} "${element.textContent.trim().slice(0, 30)}"`);
  }
  for (const field of document.querySelectorAll('input:not([type=hidden]):not(.sr-only), select, button:not(.quiet):not(.main)')) {
    const box = field.getBoundingClientRect();
    if (box.width < 2) continue;
    const value = ratio(parse(getComputedStyle(field).borderTopColor), back(field.parentElement));
    if (value < 3) found.push(`${value.toFixed(2)}:1 border of ${field.tagName} ${field.name || field.textContent}`);
  }
  return found;
}
"""

STRUCTURE = r"""
() => {
  const found = [];
  const name = (e) => (e.getAttribute('aria-label') || (e.getAttribute('aria-labelledby') || '').split(' ')
    .map((id) => (document.getElementById(id) || {}).textContent || '').join(' ') || e.textContent || e.title || '').trim();
  if (!document.documentElement.lang) found.push('no language');
  if (!document.title) found.push('no title');
  for (const tag of ['header', 'main', 'footer']) if (document.querySelectorAll(tag).length !== 1) found.push(`not one ${tag}`);
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
  let level = 0;
  for (const h of document.querySelectorAll('h1,h2,h3,h4')) {
    const own = Number(h.tagName[1]);
    if (own > level + 1) found.push(`heading skips to ${h.tagName} "${h.textContent}"`);
    level = own;
  }
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push(`id twice: ${id}`);
  for (const e of document.querySelectorAll('[aria-labelledby],[aria-describedby]')) {
    for (const id of `${e.getAttribute('aria-labelledby') || ''} ${e.getAttribute('aria-describedby') || ''}`.trim().split(/\s+/))
      if (id && !document.getElementById(id)) found.push(`names ${id}, which is not there`);
  }
  for (const e of document.querySelectorAll('input:not([type=hidden]),select,textarea')) {
    if (e.getAttribute('aria-hidden') === 'true' || e.closest('.plot')) continue;
    if (!e.labels.length && !e.getAttribute('aria-label')) found.push(`no label: ${e.name}`);
  }
  for (const e of document.querySelectorAll('a[href],button,summary,nav,[role=region],[role=img]'))
    if (!name(e)) found.push(`no name: ${e.outerHTML.slice(0, 80)}`);
  for (const e of document.querySelectorAll('th')) if (!e.scope) found.push(`th without scope: ${e.textContent}`);
  for (const e of document.querySelectorAll('nav')) if (!e.getAttribute('aria-label')) found.push('nav without a label');
  for (const e of document.querySelectorAll('[style],[onclick],[onload],[onmouseover]')) if (!e.closest('.plot')) found.push(`inline: ${e.outerHTML.slice(0, 80)}`);
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) found.push('scrolls sideways');
  return found;
}
"""

SIZES = r"""
() => [...document.querySelectorAll('button,select,input:not([type=hidden]):not(.sr-only),summary,nav a,.button,.quiet-link')]
  .filter((e) => { const box = e.getBoundingClientRect(); return box.width > 1 && (box.height < 24 || box.width < 24); })
  .map((e) => `${e.tagName} "${(e.textContent || e.name).trim().slice(0, 20)}" is ${Math.round(e.getBoundingClientRect().width)}×${Math.round(e.getBoundingClientRect().height)}`)
"""


def problems(page):
    """What is wrong with the page as it stands, one line each."""
    return page.evaluate(CONTRAST) + page.evaluate(STRUCTURE) + page.evaluate(SIZES)
