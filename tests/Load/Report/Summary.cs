using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCalls.Load.Report;

/// <summary>The report of a run: tables for people, JSON for machines.</summary>
internal sealed class Summary
{
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly string _command;
    private readonly IReadOnlyList<Target> _targets;
    private readonly Results _results;
    private readonly IReadOnlyDictionary<string, string> _machine;
    private readonly IReadOnlyList<Goal> _goals;
    private readonly IReadOnlyList<Need> _capacity;

    public Summary(LoadOptions options, string[] words, IReadOnlyList<Target> targets, Results results)
    {
        (_targets, _results) = (targets, results);
        results.NoteDisturbances();
        _command = string.Join(' ', words);
        _machine = Machine.Describe(options);
        _goals = Goals.Of(targets, results);
        _capacity = Capacity.Of(results);
    }

    /// <summary>A number with as many digits as it deserves.</summary>
    public static string Number(double value) => !double.IsFinite(value) ? "?"
        : value == 0 ? "0"
        : value.ToString(
            Math.Abs(value) switch { >= 100 => "F0", >= 10 => "F1", >= 1 => "F2", _ => "F3" }, CultureInfo.InvariantCulture);

    /// <summary>Writes it for people: medians, and from where to where the rounds went.</summary>
    public void Print(TextWriter to)
    {
        foreach (var (name, value) in _machine)
            to.WriteLine($"{name}: {value}");
        foreach (var scenario in _results.Measurements.GroupBy(m => m.Scenario))
            PrintScenario(to, scenario);
        PrintTable(to, "what has to be reached", _goals, goal =>
        [
            goal.What, goal.Target, Number(goal.Value), (goal.AtLeast ? "at least " : "at most ") + Number(goal.Limit),
            goal.IsReached == true ? "reached" : "MISSED",
        ]);
        PrintTable(
            to, "capacity: " + Capacity.Assumptions, _capacity,
            need => [need.What, Number(need.Amount), need.Unit, need.Because]);
        to.WriteLine();
        foreach (var setting in Settings())
            to.WriteLine("set: " + setting);
        foreach (var note in _results.Notes)
            to.WriteLine("note: " + note);
        foreach (var (what, count) in _results.Errors)
            to.WriteLine($"ERROR, {count} times: {what}");
    }

    /// <summary>Writes it for machines.</summary>
    public void WriteJson(string file)
    {
        var json = JsonSerializer.Serialize(
            new
            {
                at = TimeProvider.System.GetUtcNow(),
                command = _command,
                machine = _machine,
                targets = _targets.ToDictionary(target => target.Name, target => target.Title),
                settings = Settings(),
                measurements = _results.Measurements.Select(m => new
                {
                    m.Scenario, m.Target, m.Metric, m.Unit, median = Finite(m.Median), min = Finite(m.Min), max = Finite(m.Max),
                    rounds = m.Values.Select(Finite),
                }),
                goals = _goals,
                capacity = new { Capacity.Assumptions, needs = _capacity },
                notes = _results.Notes,
                errors = _results.Errors,
            },
            Layout);
        File.WriteAllText(file, json);
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Cell(Measurement? measurement) => measurement is null || double.IsNaN(measurement.Median) ? "-"
        : measurement.Values.Count == 1 ? Number(measurement.Median)
        : $"{Number(measurement.Median)} ({Number(measurement.Min)}..{Number(measurement.Max)})";

    private static void PrintTable<T>(TextWriter to, string title, IReadOnlyList<T> rows, Func<T, string[]> cells)
    {
        if (rows.Count == 0)
            return;
        var lines = rows.Select(cells).ToList();
        var widths = Enumerable.Range(0, lines[0].Length).Select(i => lines.Max(line => line[i].Length)).ToArray();
        to.WriteLine();
        to.WriteLine(title);
        foreach (var line in lines)
            to.WriteLine("  " + string.Join("  ", line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    private void PrintScenario(TextWriter to, IGrouping<string, Measurement> scenario)
    {
        var columns = _targets.Where(target => scenario.Any(m => m.Target == target.Name)).ToList();
        List<string[]> rows = [["", .. columns.Select(column => column.Name)]];
        rows.AddRange(scenario.GroupBy(m => (m.Metric, m.Unit)).Select(metric => (string[])
        [
            $"{metric.Key.Metric} [{metric.Key.Unit}]",
            .. columns.Select(column => Cell(metric.FirstOrDefault(m => m.Target == column.Name))),
        ]));
        PrintTable(to, scenario.Key, rows, row => row);
    }

    private IEnumerable<string> Settings() =>
        _targets.SelectMany(target => target.Settings.Select(setting => (target.Name, setting)))
            .GroupBy(pair => pair.setting).Select(group => $"{group.Key} ({string.Join(", ", group.Select(pair => pair.Name))})");
}
