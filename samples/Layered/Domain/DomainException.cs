namespace Academy.Domain;

public class DomainException(string message) : Exception(message);
