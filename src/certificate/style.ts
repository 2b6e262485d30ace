/** The looks of the page: on a screen by light and by night, and on paper. Nothing is fetched. */
export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b2430;--soft:#5b6776;--line:#d9dfe6;--band:#f5f7f9;
--good:#1a7f4b;--good-bg:#dcf3e5;--bad:#b3261e;--bad-bg:#fbe0de;--waits:#8a5a00;--waits-bg:#fdeecb;
--c0:#2f6fb0;--c1:#e08a2c;--c2:#4f9d69;--c3:#8c6bb1;--c4:#c8577b;--c5:#7d8895}
@media (prefers-color-scheme:dark){:root{--paper:#12171d;--ink:#e6ebf0;--soft:#9aa7b4;--line:#2c3641;--band:#1a2129;
--good:#6fd39b;--good-bg:#14382a;--bad:#ff9a92;--bad-bg:#4a1d1a;--waits:#f2c46b;--waits-bg:#40300f;
--c0:#6ba6e2;--c1:#f0a85c;--c2:#7cc795;--c3:#b79ad8;--c4:#e58aa8;--c5:#9aa5b1}}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--band:#f3f3f3;
--good:#14633a;--good-bg:#dcf3e5;--bad:#8f1c15;--bad-bg:#fbe0de;--waits:#6d4700;--waits-bg:#fdeecb;
--c0:#2f6fb0;--c1:#e08a2c;--c2:#4f9d69;--c3:#8c6bb1;--c4:#c8577b;--c5:#7d8895}}
*{box-sizing:border-box;-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:64rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
h1,h2,h3{line-height:1.25;margin:0}h1{font-size:1.05rem;font-weight:600;color:var(--soft)}
h2{font-size:1.25rem;margin:2.75rem 0 .9rem;padding-top:1.1rem;border-top:1px solid var(--line)}
h3{font-size:1rem;display:inline}
p{margin:.4rem 0}small{display:block;font-weight:400;color:var(--soft);font-size:.78rem}
code{font:.82em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.verdict{margin:1rem 0 1.5rem;padding:1.25rem 1.5rem;border-radius:10px;border-left:6px solid}
.verdict strong{display:block;font-size:1.9rem;line-height:1.2;margin-bottom:.25rem}
.verdict p{color:var(--ink);margin:0}
.verdict.good{background:var(--good-bg);border-color:var(--good)}.verdict.good strong,.good{color:var(--good)}
.verdict.bad{background:var(--bad-bg);border-color:var(--bad)}.verdict.bad strong,.bad{color:var(--bad)}
.verdict.waits{background:var(--waits-bg);border-color:var(--waits)}.verdict.waits strong{color:var(--waits)}
.alarm{background:var(--bad-bg);color:var(--bad);border:2px solid var(--bad);border-radius:10px;padding:.9rem 1.25rem;
font-weight:600;margin:1rem 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;margin:0 0 1.5rem;padding:0}
.tiles div{background:var(--band);border-radius:8px;padding:.8rem 1rem}
.tiles dt{color:var(--soft);font-size:.82rem}
.tiles dd{margin:0;font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.25rem;margin:0}
.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
figure{margin:0 0 1.75rem}figcaption{font-weight:600;margin-bottom:.6rem}
svg{width:100%;height:auto;display:block;font-size:12px;font-variant-numeric:tabular-nums}
svg text{fill:var(--ink)}svg .label{text-anchor:end}svg .side{fill:var(--soft)}svg .strong{font-weight:600}
svg text.good{fill:var(--good)}svg text.bad{fill:var(--bad)}svg .debit{fill:var(--c0)}svg .credit{fill:var(--c1)}
.c0{fill:var(--c0);background:var(--c0)}.c1{fill:var(--c1);background:var(--c1)}.c2{fill:var(--c2);background:var(--c2)}
.c3{fill:var(--c3);background:var(--c3)}.c4{fill:var(--c4);background:var(--c4)}.c5{fill:var(--c5);background:var(--c5)}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.25rem;color:var(--soft);font-size:.82rem;margin:.75rem 0 0}
.legend i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.45em;vertical-align:-.05em}
.legend .proven{background:var(--good)}.legend .differs,.legend .unproven{background:var(--bad)}
.legend .due{background:var(--waits)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.84rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);margin-bottom:.6rem}
th,td{padding:.28rem .45rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
thead th{color:var(--soft);font-weight:600;border-bottom:2px solid var(--line)}
.number{text-align:right;white-space:nowrap}.still{white-space:nowrap}
.grid{width:auto}
.grid th,.grid td{border:2px solid var(--paper);background-clip:padding-box}
.grid td{min-width:3.6rem;text-align:center;border-radius:6px;padding:.35rem .3rem;font-weight:600}
.grid thead th{text-align:center;border-bottom:0}.grid thead th:first-child{text-align:left}
.grid td.proven{background:var(--good-bg);color:var(--good)}
.grid td.differs,.grid td.unproven{background:var(--bad-bg);color:var(--bad)}
.grid td.due{background:var(--waits-bg);color:var(--waits)}.grid td.none,.grid td.empty{background:var(--band)}
.lock,.moved{display:block;font-size:.68rem;font-weight:500;line-height:1.15;letter-spacing:.02em}
.legend .lock{display:inline;font-size:.82rem;color:var(--ink)}.moved{color:var(--waits)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
details{border:1px solid var(--line);border-radius:8px;padding:.6rem 1rem;margin:.6rem 0}
summary{cursor:pointer}summary span{color:var(--soft);font-size:.84rem;margin-left:.5rem}
details p{color:var(--soft);font-size:.88rem;max-width:46rem}
ul.told{padding-left:1.2rem}ul.told li{margin:.2rem 0}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.84rem}
@media print{main{max-width:none;padding:0}body{font-size:10pt}h2{break-after:avoid}
figure,.verdict,.tiles{break-inside:avoid}
details{border:0;padding:0}details::details-content{content-visibility:visible;display:block}
thead{display:table-header-group}
tr{break-inside:avoid}.wide{overflow:visible}table{font-size:7.5pt}@page{margin:14mm}}
`;
