// Namespaces that most files need.
global using System.Globalization;
global using System.Runtime.CompilerServices;
