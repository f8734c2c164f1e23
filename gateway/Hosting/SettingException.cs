using Microsoft.Extensions.Options;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>A wrong setting. Its message is the one sentence with which the program stops.</summary>
public sealed class SettingException(string message) : OptionsValidationException("Settings", typeof(SettingException), [message]);
