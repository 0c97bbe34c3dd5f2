using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Realtime.AspNetCore.Endpoints;

/// <summary>Writes the affinity cookie as Node does, attribute names in their usual case: some proxies and tests compare bytes.</summary>
internal static class AffinityCookie
{
    internal static string Format(CookieBuilder cookie, string value)
    {
        StringBuilder text = new StringBuilder(cookie.Name ?? "io").Append('=').Append(Uri.EscapeDataString(value));
        if (cookie.MaxAge is { } age)
        {
            text.Append("; Max-Age=").Append(((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }

        if (cookie.Domain is { Length: > 0 } domain)
        {
            text.Append("; Domain=").Append(domain);
        }

        text.Append("; Path=").Append(cookie.Path ?? "/");
        if (cookie.HttpOnly)
        {
            text.Append("; HttpOnly");
        }

        if (cookie.SecurePolicy == CookieSecurePolicy.Always)
        {
            text.Append("; Secure");
        }

        return cookie.SameSite == SameSiteMode.Unspecified ? text.ToString() : text.Append("; SameSite=").Append(cookie.SameSite).ToString();
    }
}
