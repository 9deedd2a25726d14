// Kestrel without routing, logging and configuration: an optional peer that is skipped without a .NET SDK. Builds a
// small project once, then replaces the process with the server, so that the bench measures only Kestrel.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { skip } from './peer.mjs';

/**
 * The greeting of every subject and the work of the subjects `routes-…`.
 * @typedef {object} Configuration C# statements
 * @property {string} [limits] about `kestrel`
 * @property {string} [listen] about `listen`, the options of the endpoint
 * @property {string} [transport] about `transport`, the options of the sockets
 * @property {string} [bind] about `kestrel`, instead of an endpoint on the loopback address
 */

/** Tuned for small requests: a request is answered on the thread that received it. */
export const tuned = {
  transport: 'transport.UnsafePreferInlineScheduling = true; transport.WaitForDataBeforeAllocatingBuffer = false;',
  variables: { DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS: '1' },
};

/** @param {string} listen */
const bindLoopback = (listen) => `kestrel.Listen(IPAddress.Loopback, port, listen => { ${listen} });`;

/** @param {Configuration} configuration */
const program = ({ limits = '', listen = '', transport = '', bind = bindLoopback(listen) }) => `
using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var body = "Hello, World!"u8.ToArray();
var download = new byte[100 * 1024];
Array.Fill(download, (byte)'x');
var chunk = new byte[100];
Array.Fill(chunk, (byte)'x');
var piece = new byte[64 * 1024];
Array.Fill(piece, (byte)'x');
var port = int.Parse(Environment.GetEnvironmentVariable("PORT")!);

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().UseSockets(transport =>
{
    ${transport}
}).ConfigureKestrel(kestrel =>
{
    kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(5);
    ${limits}
    ${bind}
});

var app = builder.Build();
app.Run(context => context.Request.Path.Value switch
{
    "/download" => Answer(context, download),
    "/json" => Json(context),
    "/echo" => Echo(context),
    "/stream" => Pieces(context, chunk, 1000),
    "/gigabyte" => Gigabyte(context),
    _ => context.Request.Method == "POST" ? Upload(context) : Answer(context, body),
});

static Task Answer(HttpContext context, byte[] content)
{
    var response = context.Response;
    response.ContentType = "text/plain";
    response.ContentLength = content.Length;
    if (content.Length > 1000) return response.BodyWriter.WriteAsync(content).AsTask();
    content.CopyTo(response.BodyWriter.GetSpan(content.Length));
    response.BodyWriter.Advance(content.Length);
    return Task.CompletedTask;
}

static Task Json(HttpContext context)
{
    var answer = new JsonAnswer("Hello, World!", context.Request.Query["id"]!, ["fast", "strict", "small"], 42, true);
    var content = JsonSerializer.SerializeToUtf8Bytes(answer, JsonSerializerOptions.Web);
    context.Response.ContentType = "application/json";
    context.Response.ContentLength = content.Length;
    return context.Response.BodyWriter.WriteAsync(content).AsTask();
}

static async Task Echo(HttpContext context)
{
    var length = (int)context.Request.ContentLength!;
    var content = await context.Request.BodyReader.ReadAtLeastAsync(length);
    context.Response.ContentType = "text/plain";
    context.Response.ContentLength = length;
    foreach (var part in content.Buffer) await context.Response.BodyWriter.WriteAsync(part);
    context.Request.BodyReader.AdvanceTo(content.Buffer.End);
}

async Task Upload(HttpContext context)
{
    var reader = context.Request.BodyReader;
    while (true)
    {
        var result = await reader.ReadAsync();
        reader.AdvanceTo(result.Buffer.End);
        if (result.IsCompleted) break;
    }
    await Answer(context, body);
}

static async Task Pieces(HttpContext context, byte[] piece, int count)
{
    context.Response.ContentType = "text/plain";
    for (var sent = 0; sent < count; sent++) await context.Response.BodyWriter.WriteAsync(piece);
}

Task Gigabyte(HttpContext context)
{
    context.Response.ContentLength = 1 << 30;
    return Pieces(context, piece, (1 << 30) / piece.Length);
}

app.Run();

record JsonAnswer(string Message, string Id, string[] Tags, int Count, bool Ok);
`;

/** The project needs only the SDK, so that its restore needs no package source. */
const project = (/** @type {string} */ framework) => `
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>${framework}</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <UseAppHost>false</UseAppHost>
    <ServerGarbageCollection>false</ServerGarbageCollection>
    <RestoreSources>$(MSBuildThisFileDirectory)</RestoreSources>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
</Project>
`;

/** Without the delay, .NET optimizes the code in the first second under load; with it, not within a warm-up of the bench. */
const environment = {
  ...process.env,
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  DOTNET_gcServer: '0',
  DOTNET_TC_CallCountingDelayMs: '0',
};

/** The path of a program: unlike spawn, execve does not search PATH. */
const locate = (/** @type {string} */ name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

/**
 * Builds in a separate folder and moves the result into place, so that an interrupted build leaves no partial result.
 * @param {string} framework
 * @param {string} text of the program
 * @param {string} output
 */
function build(framework, text, output) {
  mkdirSync(dirname(output), { recursive: true });
  const folder = mkdtempSync(`${output}-build-`); // on the same disk, so that the move is one step
  try {
    writeFileSync(join(folder, 'kestrel.csproj'), project(framework));
    writeFileSync(join(folder, 'Program.cs'), text);
    const flags = ['-c', 'Release', '-o', join(folder, 'out'), '-nodeReuse:false', '-p:UseSharedCompilation=false'];
    const { status, stdout } = spawnSync('dotnet', ['build', ...flags], {
      cwd: folder,
      env: environment,
      encoding: 'utf8',
    });
    if (status !== 0)
      throw new Error(
        `dotnet build: ${stdout
          .trim()
          .split('\n')
          .find((line) => line.includes('error'))}`,
      );
    if (!existsSync(output)) renameSync(join(folder, 'out'), output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Replaces this process with Kestrel. Does not return.
 * @param {Configuration} configuration
 * @param {Record<string, string>} [variables] of the environment
 */
export function becomeKestrel(configuration, variables = {}) {
  const dotnet = locate('dotnet');
  if (dotnet === undefined) skip('dotnet is not installed');
  if (process.execve === undefined) skip('this Node.js has no process.execve');
  const version = spawnSync('dotnet', ['--version'], { env: environment, encoding: 'utf8' }).stdout.trim();
  const framework = `net${version.split('.')[0]}.0`;
  const text = program(configuration);
  const key = createHash('sha256')
    .update(`${version}${text}${project(framework)}`)
    .digest('hex')
    .slice(0, 16);
  const output = join(cacheFolder, `kestrel-${key}`);
  if (!existsSync(output)) build(framework, text, output);
  const file = /** @type {string} */ (dotnet);
  process.execve?.(file, [file, join(output, 'kestrel.dll')], { ...environment, ...variables });
}
