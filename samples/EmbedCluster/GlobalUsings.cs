global using System.Globalization;
global using System.Runtime.CompilerServices;
