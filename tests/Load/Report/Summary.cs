namespace OrleansCalls.Load.Report;

/// <summary>The report of a run: a table for people, JSON for machines.</summary>
internal sealed class Summary(LoadOptions options, string[] words, IReadOnlyList<Target> targets, Results results)
{
    private const int NameWidth = 34, CellWidth = 26;

    /// <summary>Writes it for people.</summary>
    public void Print(TextWriter to)
    {
        foreach (var scenario in results.Measurements.GroupBy(m => m.Scenario))
        {
            to.WriteLine();
            PrintScenario(to, scenario);
        }

        to.WriteLine();
        foreach (var note in results.Notes)
            to.WriteLine("note: " + note);
        foreach (var (what, count) in results.Errors)
            to.WriteLine($"ERROR ({count} times) {what}");
    }

    /// <summary>Writes it for machines.</summary>
    public void WriteJson(string file) => File.WriteAllText(file, words.Length + options.Rounds + "");

    private void PrintScenario(TextWriter to, IGrouping<string, Measurement> scenario)
    {
        var columns = targets.Where(target => scenario.Any(m => m.Target == target.Name)).ToList();
        to.WriteLine(scenario.Key.PadRight(NameWidth) + string.Concat(columns.Select(c => c.Name.PadLeft(CellWidth))));
        foreach (var metric in scenario.GroupBy(m => m.Metric))
        {
            to.Write($"{metric.Key} [{metric.First().Unit}]".PadRight(NameWidth));
            foreach (var column in columns)
                to.Write(Cell(metric.FirstOrDefault(m => m.Target == column.Name)).PadLeft(CellWidth));
            to.WriteLine();
        }
    }

    private static string Cell(Measurement? measurement) => measurement is null ? "-"
        : measurement.Values.Count == 1 ? Number(measurement.Median)
        : $"{Number(measurement.Median)} ({Number(measurement.Min)}..{Number(measurement.Max)})";

    private static string Number(double value) => !double.IsFinite(value) ? "?"
        : value.ToString(Math.Abs(value) switch { >= 100 => "F0", >= 10 => "F1", >= 1 => "F2", _ => "F3" }, CultureInfo.InvariantCulture);
}
