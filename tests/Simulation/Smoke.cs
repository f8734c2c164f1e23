namespace OrleansCalls.Tests.Simulation;
public sealed class Smoke { [Fact] public void T() { } }
