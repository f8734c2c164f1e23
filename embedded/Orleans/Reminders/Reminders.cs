using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>A registered reminder.</summary>
    public interface IGrainReminder
    {
        /// <summary>Its name.</summary>
        string ReminderName { get; }
    }

    /// <summary>When a tick was due and when it came.</summary>
    public readonly struct TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
    {
        /// <summary>The first tick, UTC.</summary>
        public DateTime FirstTickTime => firstTickTime;

        /// <summary>From tick to tick.</summary>
        public TimeSpan Period => period;

        /// <summary>This tick, UTC.</summary>
        public DateTime CurrentTickTime => timeStamp;
    }
}

namespace Orleans
{
    /// <summary>A grain that has reminders.</summary>
    public interface IRemindable : IGrain
    {
        /// <summary>A reminder ticks.</summary>
        Task ReceiveReminder(string reminderName, TickStatus status);
    }

    /// <summary>A row of the reminder table.</summary>
    public sealed class ReminderEntry
    {
        /// <summary>Whose reminder.</summary>
        public GrainId GrainId { get; set; }

        /// <summary>Its name.</summary>
        public string ReminderName { get; set; } = null!;

        /// <summary>The first tick, UTC.</summary>
        public DateTime StartAt { get; set; }

        /// <summary>From tick to tick.</summary>
        public TimeSpan Period { get; set; }

        /// <summary>The row's version.</summary>
        public string? ETag { get; set; }
    }

    /// <summary>Rows of the reminder table.</summary>
    public sealed class ReminderTableData(IEnumerable<ReminderEntry> list)
    {
        /// <summary>No rows.</summary>
        public ReminderTableData()
            : this([])
        {
        }

        /// <summary>One row.</summary>
        public ReminderTableData(ReminderEntry entry)
            : this([entry])
        {
        }

        /// <summary>The rows.</summary>
        public IList<ReminderEntry> Reminders { get; } = [.. list];
    }

    /// <summary>Where reminders lie.</summary>
    public interface IReminderTable
    {
        /// <summary>Before the first use.</summary>
        Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        /// <summary>All rows of a grain.</summary>
        Task<ReminderTableData> ReadRows(GrainId grainId);

        /// <summary>All rows whose hash lies after <paramref name="begin"/> and up to <paramref name="end"/>, round the ring.</summary>
        Task<ReminderTableData> ReadRows(uint begin, uint end);

        /// <summary>One row, or null.</summary>
        Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName);

        /// <summary>Writes a row; the answer is its new version.</summary>
        Task<string?> UpsertRow(ReminderEntry entry);

        /// <summary>Removes a row of that version.</summary>
        Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag);

        /// <summary>Empties the table.</summary>
        Task TestOnlyClearTable();

        /// <summary>After the last use.</summary>
        Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }

    /// <summary>Reminders of grains.</summary>
    public static class GrainReminderExtensions
    {
        /// <summary>Sets a reminder, anew or again.</summary>
        public static Task<IGrainReminder> RegisterOrUpdateReminder(
            this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period) =>
            Service(grain).Register(grain.Activation.Id, reminderName, dueTime, period);

        /// <summary>Removes a reminder.</summary>
        public static Task UnregisterReminder(this Grain grain, IGrainReminder reminder) =>
            Service(grain).Unregister(grain.Activation.Id, reminder);

        /// <summary>A reminder, or null.</summary>
        public static Task<IGrainReminder?> GetReminder(this Grain grain, string reminderName) =>
            Service(grain).Get(grain.Activation.Id, reminderName);

        private static LocalReminders Service(Grain grain) => grain.ServiceProvider.GetRequiredService<LocalReminders>();
    }
}

namespace Orleans.Hosting
{
    /// <summary>Limits of reminders.</summary>
    public sealed class ReminderOptions
    {
        /// <summary>The shortest period; a shorter one is refused. Default 1 minute.</summary>
        public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);
    }
}
