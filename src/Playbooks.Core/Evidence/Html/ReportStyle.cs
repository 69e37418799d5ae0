namespace Playbooks.Core.Evidence.Html;

/// <summary>The report's looks. Colour never says anything alone: words stand beside it.</summary>
internal static class ReportStyle
{
    public const string Css = """

        :root{color-scheme:light dark;--paper:#f6f4ef;--card:#fff;--ink:#1c2330;--soft:#5b6472;--line:#dedad0;--good:#0d6b45;--goodbg:#e2f1e8;--bad:#a8231c;--badbg:#fae5e2;--warn:#7d5200;--warnbg:#fbefd5;--do:#33628f;--human:#c48a22;--track:#e6e2d8;--plainbg:#eceae4}
        @media screen and (prefers-color-scheme:dark){:root{--paper:#11151b;--card:#191f27;--ink:#e9e6df;--soft:#a1a9b5;--line:#303845;--good:#5cc795;--goodbg:#12301f;--bad:#ff8f84;--badbg:#3c1916;--warn:#f0c063;--warnbg:#352709;--do:#6fa6da;--human:#d9a441;--track:#2a323d;--plainbg:#202731}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
        main{max-width:1080px;margin:0 auto;padding:28px 22px 64px}
        header{border-radius:14px;padding:28px 32px 22px;background:var(--plainbg);border-left:10px solid var(--soft)}
        header.met{background:var(--goodbg);border-color:var(--good)}header.missed{background:var(--badbg);border-color:var(--bad)}header.unproven{background:var(--warnbg);border-color:var(--warn)}
        h1{margin:0;font-size:30px;line-height:1.2;letter-spacing:-.01em}
        .met h1{color:var(--good)}.missed h1{color:var(--bad)}.unproven h1{color:var(--warn)}
        .second{font-size:18px;font-weight:600;margin:8px 0 0}
        .what{margin:6px 0 16px;font-size:18px;color:var(--soft)}
        h2{font-size:20px;margin:0 0 12px;letter-spacing:-.005em}h3{font-size:16px;margin:0 0 6px}
        section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 24px;margin-top:18px}
        article+article{border-top:1px solid var(--line);margin-top:16px;padding-top:16px}
        p{margin:8px 0}figure{margin:0}svg{display:block;width:100%;height:auto}
        figcaption{font-size:14px;color:var(--soft);margin-top:6px}figcaption strong{color:var(--ink);margin-right:14px}
        .gauge .track{fill:var(--card);stroke:var(--line)}.gauge .used{fill:var(--soft)}.met .gauge .used{fill:var(--good)}.unproven .gauge .used{fill:var(--warn)}.missed .gauge .used,.gauge .over{fill:var(--bad)}
        .gauge .over{fill-opacity:.55}.gauge .tick{stroke:var(--ink);stroke-width:2.5}
        .gauge text{fill:var(--ink);font-size:15px}.gauge .big{font-size:19px;font-weight:700}.gauge .small{fill:var(--soft)}
        .reasons{margin:10px 0 14px;padding-left:20px}
        .facts{display:flex;flex-wrap:wrap;gap:8px 30px;margin:0;padding-top:12px;border-top:1px solid var(--line);font-size:14px}
        .facts dt{color:var(--soft)}.facts dd{margin:0;font-weight:600;overflow-wrap:anywhere}
        .moments{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px}
        .moments li{border-left:4px solid var(--do);padding-left:10px;display:flex;flex-direction:column;font-size:14px}
        .moments .never{border-color:var(--line);color:var(--soft)}
        .moments strong{font-size:15px}.moments .delta{font-size:18px;font-weight:700}.moments .at,.moments .meaning{color:var(--soft);font-size:13px}
        .weak{margin:0;padding-left:20px}.weak li{margin:4px 0}
        .timeline text{font-size:12px;fill:var(--ink)}.timeline .axis{fill:var(--soft)}.timeline .skipped{fill:var(--soft);font-style:italic}
        .timeline .grid{stroke:var(--line)}.timeline line.mark{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:3 3}
        .timeline line.good{stroke:var(--good);stroke-width:2.5;stroke-dasharray:none}.timeline text.good{fill:var(--good);font-weight:700}
        .timeline line.bad{stroke:var(--bad);stroke-width:2.5;stroke-dasharray:none}.timeline text.bad{fill:var(--bad);font-weight:700}
        .bar.do{fill:var(--do)}.bar.block{fill:var(--do);fill-opacity:.35}.bar.failed{fill:var(--bad)}.bar.people{fill:url(#people)}
        .hatch0{fill:var(--human);fill-opacity:.35}.hatch1{fill:var(--human)}
        .key{white-space:nowrap;margin-right:14px}.key svg{display:inline-block;width:18px;vertical-align:-1px}
        .shares .machine{fill:var(--do)}.shares .human{fill:var(--human)}
        .swatch{display:inline-block;width:12px;height:12px;border-radius:3px;vertical-align:-1px;background:var(--do)}.swatch.human{background:var(--human)}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:14px}
        th{text-align:left;color:var(--soft);font-weight:600;border-bottom:2px solid var(--line);padding:4px 12px 6px 0;vertical-align:bottom}
        td{border-bottom:1px solid var(--line);padding:7px 12px 7px 0;vertical-align:top;overflow-wrap:break-word}
        td:first-child code{overflow-wrap:break-word}
        tr:last-child td{border-bottom:0}
        code{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
        time{font-variant-numeric:tabular-nums;white-space:nowrap}
        .soft{color:var(--soft);font-size:14px}.bad{color:var(--bad);font-weight:600}
        .tag{display:inline-block;border:1px solid currentColor;border-radius:999px;padding:0 8px;font-size:12px;color:var(--soft)}.tag.warn{color:var(--warn)}
        .state{font-weight:600}.state.succeeded{color:var(--good)}.state.failed{color:var(--bad)}.state.skipped{color:var(--warn)}
        @media print{body{background:#fff;font-size:12px}main{max-width:none;padding:0}section,header{break-inside:avoid-page;border-radius:6px}section:has(table){break-inside:auto}tr,article{break-inside:avoid}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}.wide{overflow:visible}}

        """;
}
