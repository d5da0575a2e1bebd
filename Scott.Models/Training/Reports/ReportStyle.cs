namespace Scott.Models.Training;

/// <summary>The look of a report's page.</summary>
internal static class ReportStyle
{
    /// <summary>The style sheet, without characters that XML escapes. Charts stay white in dark mode: their colors are chosen for white.</summary>
    public const string Sheet = """
        :root {
          color-scheme: light dark;
          --page: #f4f5f7; --card: #ffffff; --text: #1b1f24; --quiet: #57606a; --line: #d8dee4; --accent: #0059b3; --alert: #b35900;
          --warning: #fff4e5;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #14171a; --card: #1f2328; --text: #e6e9ec; --quiet: #a3adb8; --line: #3a424a; --accent: #6cb2ff; --alert: #e69138;
            --warning: #33261a;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
        main { max-width: 80rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }
        h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; }
        h2 { margin: 2.25rem 0 .75rem; font-size: 1.25rem; }
        h3 { margin: 0; font-size: 1rem; }
        header p { margin: .35rem 0 0; color: var(--quiet); }
        header p.state { display: inline-block; margin-top: .75rem; padding: .15rem .75rem; border: 1px solid var(--line); border-radius: 1rem;
          background: var(--card); color: var(--text); }
        header p.running { border-color: var(--accent); color: var(--accent); }
        .warnings, dl div, figure, .scroll { border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
        .warnings { margin-top: 1.5rem; padding: .75rem 1.25rem; border-color: var(--alert); border-left-width: .4rem; background: var(--warning); }
        .warnings h2 { margin: 0; font-size: 1rem; }
        .warnings ul { margin: .25rem 0 0; padding-left: 1.25rem; }
        dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); gap: .75rem; margin: 0; }
        dl div { padding: .75rem 1rem; }
        dt { color: var(--quiet); font-size: .875rem; }
        dd { margin: 0; font-size: 1.4rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        dd.note { color: var(--quiet); font-size: .8125rem; font-weight: 400; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: 1rem; }
        figure { display: flex; flex-direction: column; margin: 0; padding: 1rem; background: #ffffff; color: #1b1f24; }
        figcaption { flex: 1; }
        figcaption p, figure p.empty { margin: .15rem 0 .5rem; color: #57606a; font-size: .875rem; }
        figure p.empty { padding: 3rem 1rem; border: 1px dashed #d8dee4; border-radius: .5rem; text-align: center; }
        svg { display: block; width: 100%; height: auto; }
        .scroll { overflow-x: auto; }
        .scroll:focus-visible { outline: 2px solid var(--accent); }
        table { width: 100%; border-collapse: collapse; font-size: .875rem; overflow-wrap: normal; }
        th, td { padding: .4rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        tbody tr:last-child th, tbody tr:last-child td { border-bottom: 0; }
        thead th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
        tbody th { font-weight: 500; }
        th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
        td.long { min-width: 18rem; overflow-wrap: anywhere; }
        @media print {
          :root { --page: #ffffff; --card: #ffffff; --text: #000000; --quiet: #444444; --line: #bbbbbb; --accent: #000000; --warning: #ffffff; }
          main { max-width: none; padding: 0; }
          figure, dl div, tr { break-inside: avoid; }
          h2 { break-after: avoid; }
          .scroll { overflow: visible; }
        }
        """;
}
