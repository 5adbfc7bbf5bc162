/** One style sheet for screens, phones, dark rooms and paper. Colours of members and verdicts differ in lightness too. */
const light = `
  --page: #f6f7f9; --card: #ffffff; --text: #1c2430; --soft: #5b6675; --line: #d9dee5; --grid: #e8ecf1;
  --offered: #c9d4e3; --failed: #c62f3b; --other: #1f5fa8; --other2: #7a4fa3; --mark: #1c2430;
  --healthy: #2f9e68; --degraded: #e8b13a; --unhealthy: #c62f3b; --unknown: #aab3bf; --not-read: #e8ecf1;
  --member0: #2b6cb0; --member1: #d98324; --member2: #6b9e3f; --member3: #8e5bb5; --member4: #3aa0a6; --member5: #b5537a;
  --on-colour: #ffffff;`;
const dark = `
  --page: #12161c; --card: #1a2029; --text: #e6eaf0; --soft: #9aa6b5; --line: #2f3945; --grid: #252d38;
  --offered: #4a5d75; --failed: #ff6b6b; --other: #6cb0ff; --other2: #c39bea; --mark: #e6eaf0;
  --healthy: #3fae79; --degraded: #d8a233; --unhealthy: #f0595f; --unknown: #5f6b7a; --not-read: #252d38;
  --member0: #4a90d9; --member1: #d98b3a; --member2: #7fb04f; --member3: #a678cc; --member4: #48b0b6; --member5: #cc6c92;
  --on-colour: #10141a;`;

export const style = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 1.25rem; margin: 0; }
h3 { font-size: 1rem; margin: 24px 0 8px; }
p { margin: 0 0 8px; }
.soft { color: var(--soft); }
.id { font-weight: 400; font-size: 0.85em; color: var(--soft); margin-left: 8px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin-top: 18px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin: 14px 0 4px; }
.fact { border-left: 3px solid var(--other); padding: 1px 0 1px 10px; }
.fact dt { color: var(--soft); font-size: 0.85rem; }
.fact dd { margin: 0; font-size: 1.25rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.fact small { display: block; font-weight: 400; font-size: 0.8rem; color: var(--soft); line-height: 1.35; }
.scroll { overflow-x: auto; margin: 6px -6px 0; padding: 0 6px; }
svg.timeline { display: block; width: 100%; min-width: 760px; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--text); } svg .soft { fill: var(--soft); } svg .on { fill: var(--on-colour); font-weight: 600; }
svg .grid { stroke: var(--grid); } svg .axis { stroke: var(--line); }
svg .offered { fill: var(--offered); } svg .failed { fill: var(--failed); }
svg .course1 { fill: none; stroke: var(--other); stroke-width: 1.8; }
svg .course2 { fill: none; stroke: var(--other2); stroke-width: 1.8; stroke-dasharray: 5 3; }
svg .mark { stroke: var(--mark); stroke-dasharray: 3 3; } svg .mark-disc { fill: var(--mark); } svg .mark-number { fill: var(--card); font-weight: 700; }
svg .event { fill: var(--soft); }
svg .healthy { fill: var(--healthy); } svg .degraded { fill: var(--degraded); } svg .unhealthy { fill: var(--unhealthy); }
svg .unknown { fill: var(--unknown); } svg .not-read { fill: var(--not-read); } svg .held { fill: var(--degraded); }
${[0, 1, 2, 3, 4, 5].map((place) => `svg .member${place} { fill: var(--member${place}); }`).join('\n')}
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 0.85rem; color: var(--soft); margin: 8px 0 0; padding: 0; list-style: none; }
.legend svg { width: 14px; height: 12px; margin-right: 5px; vertical-align: -1px; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
td { min-width: 5.5em; } td:first-child { min-width: 0; } td.time { min-width: 0; }
th { font-weight: 600; white-space: nowrap; color: var(--soft); font-size: 0.82rem; }
td.time, td.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.number, th.number { text-align: right; }
details { margin-top: 14px; } summary { cursor: pointer; font-weight: 600; } details .table { margin-top: 6px; }
.table { overflow-x: auto; }
.empty { color: var(--soft); font-style: italic; }
ul.notes { margin: 6px 0 0; padding-left: 20px; } ul.notes li { margin-bottom: 4px; }
@media (max-width: 640px) {
  main { padding: 16px 10px 32px; } section { padding: 14px 12px; } h1 { font-size: 1.35rem; }
  .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .stack thead { display: none; } .stack tr { display: block; border-bottom: 1px solid var(--line); padding: 8px 0; }
  .stack td { display: block; border: 0; padding: 1px 0; white-space: normal; text-align: left; }
  .stack td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
}
@media print {
  :root { ${light} --page: #ffffff; } body { font-size: 11px; } main { max-width: none; padding: 0; }
  section { border: 0; padding: 8px 0; } svg.timeline { min-width: 0; } .scroll { overflow: visible; }
  svg.timeline, tr, .fact { break-inside: avoid; } details::details-content { content-visibility: visible; display: block; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}`;
