using Microsoft.Extensions.Options;

namespace Realtime.Redis;

/// <summary>Refuses settings that cannot work, before anything runs with them.</summary>
internal sealed class RedisOptionsValidator(string serverName) : IValidateOptions<RedisOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        if (name != serverName)
        {
            return ValidateOptionsResult.Skip;
        }

        List<string> failures = [];
        RedisBackplaneOptions backplane = options.Backplane;
        Check(options.ConnectionFactory is not null || !string.IsNullOrWhiteSpace(options.Configuration), "Configuration must say where Redis is.");
        Check(backplane.KeyPrefix is { Length: > 0 } prefix && prefix.AsSpan().IndexOfAny('{', '}') < 0, "Backplane.KeyPrefix must not be empty or contain braces: those mark the part of a key that decides where it lies.");
        Check(backplane.PublishTimeout > TimeSpan.Zero, "Backplane.PublishTimeout must be positive.");
        Check(backplane.RequestTimeout > TimeSpan.Zero, "Backplane.RequestTimeout must be positive.");
        Check(backplane.FillTimeout > TimeSpan.Zero, "Backplane.FillTimeout must be positive.");
        Check(backplane.CheckInterval > TimeSpan.Zero, "Backplane.CheckInterval must be positive.");
        Check(backplane.MaxWaitingPublications > 0, "Backplane.MaxWaitingPublications must be at least 1.");
        Check(backplane.MaxWaitingMessages > 0, "Backplane.MaxWaitingMessages must be at least 1.");
        Check(backplane.SigningKeys.All(static key => key is { Length: >= 16 }), "Backplane.SigningKeys must have at least 16 bytes each.");
        Check(options.Directory.Timeout > TimeSpan.Zero, "Directory.Timeout must be positive.");
        Check(options.Directory.Expiry >= TimeSpan.FromMinutes(1), "Directory.Expiry must be at least a minute.");
        Check(options.Presence.Timeout > TimeSpan.Zero, "Presence.Timeout must be positive.");
        Check(options.Presence.Expiry >= TimeSpan.FromMinutes(1), "Presence.Expiry must be at least a minute.");
        Check(options.Presence.MaxWaiting > 0, "Presence.MaxWaiting must be at least 1.");
        Check(options.RateLimits.Timeout > TimeSpan.Zero, "RateLimits.Timeout must be positive.");
        Check(options.RateLimits.RetryInterval > TimeSpan.Zero, "RateLimits.RetryInterval must be positive.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool isRight, string failure)
        {
            if (!isRight)
            {
                failures.Add($"RedisOptions.{failure}");
            }
        }
    }
}
