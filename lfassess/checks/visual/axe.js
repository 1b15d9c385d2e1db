// Runs axe-core, which must be loaded, and evaluates to one small JSON object.
(async () => {
  const box = node => {
    try {
      const r = document.querySelector(node.target[0]).getBoundingClientRect();
      return {x: Math.round(r.left + scrollX), y: Math.round(r.top + scrollY),
              width: Math.round(r.width), height: Math.round(r.height)};
    } catch { return null; }
  };
  const found = await axe.run(document, {
    resultTypes: ['violations'], iframes: false, elementRef: false, xpath: false, ancestry: false,
    runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
    rules: {'color-contrast': {enabled: false}},  // ours is measured with the text, and praise asks for it
  });
  return {
    version: axe.version,
    passes: found.passes.length,
    violations: found.violations.slice(0, 40).map(v => ({
      id: v.id, impact: v.impact, help: v.help.slice(0, 120), count: v.nodes.length,
      example: String(v.nodes[0]?.target?.[0] ?? '').slice(0, 80),
      boxes: v.nodes.slice(0, 3).map(box).filter(b => b && b.width > 0 && b.height > 0),
    })),
  };
})()
